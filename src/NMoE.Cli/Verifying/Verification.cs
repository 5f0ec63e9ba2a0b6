using System.Collections.Immutable;
using System.Globalization;

namespace NMoE.Cli.Verifying;

/// <summary>
/// Runs an experiment several times and compares what came of it: computed anew with each number of threads, once more with all of that remembered,
/// and as the experiment's own store remembers it.
/// </summary>
/// <param name="threads">Numbers of compute threads; at least one.</param>
/// <param name="folder">Where stores and traces go while the runs are compared.</param>
/// <param name="keeping">Whether a store stays when no run needs it any more.</param>
/// <param name="run">Makes a run.</param>
internal sealed class Verification(ImmutableArray<int> threads, string folder, Keeping keeping, RunMaker run)
{
    /// <summary>Goes through all runs; each is compared with the first.</summary>
    /// <returns>The runs, and the exit code: that of the first run without a result, after which no other is made.</returns>
    public (ImmutableArray<VerifiedOne> Runs, int Code) Go()
    {
        var done = ImmutableArray.CreateBuilder<VerifiedOne>();
        foreach (var planned in Plan())
        {
            var trail = new RunTrail(Directory.CreateDirectory(Path.Combine(folder, planned.Folder)).FullName);
            var code = run(planned.Title, trail, planned.Arguments);
            if (code != Running.ExitCodes.Success)
            {
                return (done.ToImmutable(), code);
            }

            if (planned.IsLastOfStore && keeping == Keeping.Nothing)
            {
                Directory.Delete(StoreOf(planned.Threads), recursive: true);
            }

            var facts = RunFacts.Read(trail);
            done.Add(new VerifiedOne(planned.Title, facts, done.Count > 0 ? RunDifference.Find(done[0].Trail, trail) : null, trail));
        }

        return (done.ToImmutable(), Running.ExitCodes.Success);
    }

    private IEnumerable<Planned> Plan()
    {
        yield return Anew(threads[0]) with { IsLastOfStore = false };
        yield return Anew(threads[0]) with { Folder = "again", Title = "once more, all of that remembered" };
        foreach (var other in threads.Skip(1))
        {
            yield return Anew(other);
        }

        yield return new Planned("store", "as the experiment's store remembers it", 0, false, []);
    }

    private Planned Anew(int count)
    {
        var number = count.ToString(CultureInfo.InvariantCulture);
        return new(
            "anew-" + number, $"computed anew, {number} {(count == 1 ? "thread" : "threads")}", count, true,
            ["--store", StoreOf(count), "--threads", number]);
    }

    private string StoreOf(int count) => Path.Combine(folder, FormattableString.Invariant($"store-{count}"));

    private sealed record Planned(string Folder, string Title, int Threads, bool IsLastOfStore, ImmutableArray<string> Arguments);
}

/// <summary>What a verification leaves behind.</summary>
internal enum Keeping
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>Stores, traces and what else was compared.</summary>
    Everything,
}

/// <summary>Makes a run.</summary>
/// <param name="title">The run in words.</param>
/// <param name="trail">Where it leaves what is compared.</param>
/// <param name="arguments">What tells it from other runs of the same experiment.</param>
/// <returns>The exit code.</returns>
internal delegate int RunMaker(string title, RunTrail trail, ImmutableArray<string> arguments);

/// <summary>A run of a verification.</summary>
/// <param name="Title">The run in words.</param>
/// <param name="Facts">What it came to.</param>
/// <param name="Difference">How it differs from the first; null where it does not, or is the first.</param>
/// <param name="Trail">Where it left what was compared.</param>
internal sealed record VerifiedOne(string Title, RunFacts Facts, RunDifference? Difference, RunTrail Trail);
