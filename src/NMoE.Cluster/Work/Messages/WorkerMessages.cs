using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using NMoE.Compute.Blobs;
using NMoE.Learning.Data;
using NMoE.Learning.Identity;

namespace NMoE.Cluster.Work.Messages;

/// <summary>From a worker, again and again until it is answered: it would like to work.</summary>
/// <param name="Threads">Its compute threads, from 1.</param>
/// <param name="Prints">The fingerprint of each kind of job that it can run.</param>
/// <param name="Holds">Blobs that its store holds, the most recently used last.</param>
internal sealed record WorkerHello(int Threads, ImmutableSortedDictionary<string, string> Prints, ImmutableArray<BlobRef> Holds);

/// <summary>To a worker whose fingerprints are the coordinator's: it is admitted once it has this data, and its training step gives the coordinator's bits.</summary>
/// <param name="Data">The experiment's data set.</param>
/// <param name="Step">One training step of the experiment's model.</param>
internal sealed record WorkerProbe(DataSpec Data, StepProbe Step)
{
    /// <summary>The same of other experiments of the run; none have others.</summary>
    public ImmutableArray<WorkerProbe> Others { get; init; } = [];

    /// <summary>This one and the others.</summary>
    public IEnumerable<WorkerProbe> All => Others.Prepend(this);

    /// <summary>What all the steps give: that of one, or SHA-256 of all one after the other, in lowercase hexadecimal digits.</summary>
    /// <param name="hashOf">What one gives.</param>
    public string Hash(Func<StepProbe, string> hashOf) => Others.IsEmpty
        ? hashOf(Step)
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(All.Select(probe => hashOf(probe.Step))))));
}

/// <summary>From a worker that has the data, again and again until it is answered: what the training step gave.</summary>
/// <param name="Hash">SHA-256 of the models after the step, in lowercase hexadecimal digits.</param>
internal sealed record WorkerProbed(string Hash);

/// <summary>To a worker: it may work.</summary>
/// <param name="Number">Its number.</param>
internal sealed record WorkerAdmitted(int Number);

/// <summary>To a worker: its results would not be those of the coordinator.</summary>
/// <param name="Reason">What differs, and what would be right.</param>
internal sealed record WorkerRefused(string Reason);

/// <summary>To a worker that believes itself admitted: it is not, for the coordinator has started again.</summary>
internal sealed record WorkerUnknown;

/// <summary>From a worker, every second and when something changed: what it takes and what it has.</summary>
/// <param name="Jobs">How many jobs it takes at a time; 0 for none.</param>
/// <param name="Has">Keys of the jobs that it has.</param>
internal sealed record WorkWanted(int Jobs, ImmutableArray<string> Has);

/// <summary>From a worker: it goes.</summary>
/// <param name="Reason">Why.</param>
internal sealed record WorkerLeaves(string Reason);
