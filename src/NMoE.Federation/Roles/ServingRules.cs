using System.Collections.Immutable;
using NMoE.Federation.Protocol;
using NMoE.Federation.Settings;
using NMoE.Learning.Experts;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;

namespace NMoE.Federation.Roles;

/// <summary>What is served, and how.</summary>
/// <param name="settings">The settings of serving.</param>
/// <param name="experts">The settings of experts.</param>
/// <param name="seeds">What chance follows from.</param>
public sealed class ServingRules(InferenceSection settings, ExpertSection experts, Seeds seeds)
{
    /// <summary>The passes of inference: each gate on each test set.</summary>
    public ImmutableArray<InferencePass> Passes { get; } =
    [
        .. settings.TestPartitions.SelectMany(test => settings.Gates.Select(gate => new InferencePass(gate, test))),
    ];

    /// <summary>Stages whose gates are served with, in ordinal order.</summary>
    public ImmutableArray<string> GateStages { get; } = [.. Stages.Gates.Where(stage => settings.Gates.Any(gate => Gates.Of(gate).Source == stage))];

    /// <summary>How often a next-best expert stands in within a request.</summary>
    public int Alternatives => settings.Alternatives;

    /// <summary>Experts that each sample of a pass asks, at most: LocalGate knows only its own.</summary>
    public int K(InferencePass pass) => Gates.Of(pass.Gate).Experts(settings.K, KeysOf(pass.Gate));

    /// <summary>A gate's own keys; null where it has none, or none were read.</summary>
    /// <param name="gate">The gate's name.</param>
    public object? KeysOf(string gate) => settings.OfGates.GetValueOrDefault(gate);

    /// <summary>What of the chosen experts is mixed; one alone is what it is, so that no key tells apart what is the same.</summary>
    /// <param name="k">Experts a sample.</param>
    public Mixture Mixture(int k) => k > 1 ? settings.Mixture : Learning.Jobs.Mixture.Logits;

    /// <summary>What a gate is told of a client's own rows, beside their files.</summary>
    /// <param name="client">The client.</param>
    /// <param name="heard">The experts whose opinions of them it has, ascending.</param>
    public OwnRows OwnRows(int client, ImmutableArray<int> heard) => experts.Start == ExpertStart.Reuse
        ? new(heard, 0, 0, settings.Batch)
        : new(heard, experts.Holdout, seeds.Expert(client), settings.Batch);

    /// <summary>Of a client's training pictures, how many its gate reads before it serves: those that its expert held out, or all where there are none.</summary>
    public int OwnRowsRead(int training) => experts.Start != ExpertStart.Reuse && HeldOut.Count(experts.Holdout, training) is > 0 and var held ? held : training;
}

/// <summary>One gate on one test set.</summary>
/// <param name="Gate">The gate's name.</param>
/// <param name="Test">Test set.</param>
public sealed record InferencePass(string Gate, TestPartition Test)
{
    /// <summary>The stage that its bytes are counted under.</summary>
    public string Stage { get; } = FormattableString.Invariant($"inference/{Gate}/{NameOf(Test)}");

    /// <summary>The test set's name in records.</summary>
    public string TestName => NameOf(Test);

    /// <summary>A test set's name in records.</summary>
    public static string NameOf(TestPartition test) => test == TestPartition.Iid ? "iid" : "same";
}
