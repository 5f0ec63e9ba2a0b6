using System.CommandLine;
using System.Globalization;
using NMoE.Bench.Nodes;
using NMoE.Cli.Commands;
using NMoE.Cli.Running;
using NMoE.Cluster.Security;

namespace NMoE.Bench;

/// <summary><c>nmoe bench wire</c> and <c>nmoe bench blobs</c>: what nodes of a cluster withstand and move.</summary>
internal static class ClusterBench
{
    public static Command Wire()
    {
        var frames = Arguments.Whole("--frames", "Frames that the hostile peer writes.", 10, 1_000_000_000_000, 1_000_000L);
        var seed = Arguments.Whole("--seed", "Another seed, other frames.", 0, int.MaxValue, 1);
        var command = new Command("wire", "Write hostile bytes to a node's port: it must answer, keep its members and its memory (after all at most 1.5 times that after a tenth, and 32 MB), and make nothing that bytes name (code 6 otherwise).") { frames, seed };
        command.SetAction((parsed, _) => StopSignals.Until(Arguments.BeginsAnew, async stop =>
        {
            // The node logs each refusal, some lines a second: that belongs to the load, not on the screen.
            var (screen, count) = (Console.Error, parsed.GetRequiredValue(frames));
            Console.SetError(TextWriter.Null);
            WireBenchResult result;
            try
            {
                result = await WireBench.RunAsync(count, parsed.GetRequiredValue(seed), Percent(screen, count), stop).ConfigureAwait(false);
            }
            finally
            {
                Console.SetError(screen);
            }

            var attack = result.Attack;
            Say($"frames: {attack.Frames:N0} in {result.Seconds:F1} s over {attack.Connections:N0} connections, {attack.Frames / result.Seconds:N0} a second");
            Say($"questions behind them: {attack.Answered:N0} answered, {attack.Unanswered:N0} not");
            Say($"objects that bytes made: {attack.Made}");
            Say($"managed memory: {Mega(result.Early):F1} MB after a tenth, {Mega(result.Late):F1} MB after all");
            Say($"members up: {result.Members} of 2; suspected: {result.Unreachable} times");
            foreach (var family in result.Families)
                Say($"{family.Name} messages: {family.Read:N0} read, {family.Refused:N0} refused");
            return Judge(BenchVerdict.Of(result));
        }));
        return command;
    }

    public static Command Blobs()
    {
        var rounds = Arguments.Whole("--rounds", "Rounds: there, rewritten, and back.", 1, 1_000_000, 100);
        var megabytes = Arguments.Whole("--megabytes", "Size of the blob.", 1, 1000, 45);
        var certificates = Arguments.Path("--certificates", "Folder of nmoe certificates: what moves is enciphered and sealed.");
        var command = new Command("blobs", "Move a large blob between two nodes and back, round after round: no member may become unreachable, and the memory in use after all may be at most 1.5 times that after a tenth, and 256 MB (code 6 otherwise).") { rounds, megabytes, certificates };
        command.SetAction((parsed, _) => StopSignals.Until(Arguments.BeginsAnew, async stop =>
        {
            var (count, size) = (parsed.GetRequiredValue(rounds), parsed.GetRequiredValue(megabytes));
            var security = NodeSecurity.FromFolder(parsed.GetValue(certificates));
            var folder = Directory.CreateTempSubdirectory("nmoe-bench-").FullName;
            var percent = Percent(Console.Error, count);
            try
            {
                var result = await BlobBench.RunAsync(count, size * 1_000_000, security, folder, done => percent(done), stop).ConfigureAwait(false);
                Print(result);
                return Judge(BenchVerdict.Of(result));
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }));
        return command;
    }

    private static int Judge(string? wrong)
    {
        if (wrong is null)
            return ExitCodes.Success;
        Console.Error.WriteLine($"error: {wrong}");
        return ExitCodes.Violated;
    }

    private static void Print(BlobBenchResult result)
    {
        Say($"moved: {Mega(result.Bytes):N0} MB in {result.Seconds:F1} s over {result.Rounds} rounds, {Mega(result.Bytes) / result.Seconds:F0} MB/s with reading, checking and writing");
        Say($"ping: {Times(result.Idle)} idle; {Times(result.Moving)} while moving");
        Say($"managed memory: {Mega(result.EarlyMemory):F1} MB after a tenth, {Mega(result.LateMemory):F1} MB after all; working set {Mega(result.WorkingSet):F0} MB at most");
        Say($"suspected: {result.Unreachable} times");
    }

    private static string Times(IReadOnlyList<TimeSpan> sorted) => sorted.Count == 0
        ? "none came back"
        : FormattableString.Invariant($"median {At(sorted, 0.5):F1} ms, 99 % under {At(sorted, 0.99):F1} ms, longest {At(sorted, 1):F1} ms of {sorted.Count}");

    private static double At(IReadOnlyList<TimeSpan> sorted, double share) => sorted[(int)Math.Ceiling(share * (sorted.Count - 1))].TotalMilliseconds;


    private static Action<long> Percent(TextWriter screen, long of)
    {
        var shown = 0L;
        return done =>
        {
            var percent = Math.Min(100, 100 * done / of);
            if (percent / 10 == shown / 10)
                return;
            shown = percent;
            screen.WriteLine(FormattableString.Invariant($"{percent} %"));
        };
    }

    private static double Mega(long bytes) => bytes / 1e6;

    private static void Say(FormattableString text) => Console.Out.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
