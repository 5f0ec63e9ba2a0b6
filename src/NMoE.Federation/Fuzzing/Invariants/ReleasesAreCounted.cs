using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Fuzzing.Invariants;

/// <summary>The privacy ledger equals the releases: a matrix that leaves a client was counted there, and none was counted that did not leave.</summary>
internal sealed class ReleasesAreCounted : IInvariant
{
    private readonly SortedSet<(int Client, BlobHash Matrix)> _left = [];
    private readonly SortedSet<(int Client, BlobHash Matrix)> _counted = [];

    public string Name => "releases-are-counted";

    public string? See(Happening happening)
    {
        switch (happening)
        {
            case Observed { What: MatrixReleased released }:
                _counted.Add((released.Client, new BlobHash(released.Release)));
                return null;
            case TransferBegan { Transfer: { Message: Correlated matrix, From: var from } }:
                _left.Add((from.Number, matrix.Correlation.Hash));
                return _counted.Contains((from.Number, matrix.Correlation.Hash))
                    ? null
                    : $"{from} sends matrix {matrix.Correlation}, a release that nobody counted";
            case RunOver over:
                return _counted.Except(_left).Select(item => $"{new DeviceId(item.Client)} counted a release {item.Matrix} that never left it").FirstOrDefault()
                    ?? (over.Outcome is null ? null : Compare(over.Outcome.Report.Privacy.Select(record => (record.Client, record.Releases))));
            default:
                return null;
        }
    }

    private string? Compare(IEnumerable<(int Client, int Releases)> reported)
    {
        var left = _left.GroupBy(item => item.Client).Select(client => (client.Key, client.Count())).ToArray();
        var said = reported.ToArray();
        return said.SequenceEqual(left) ? null : $"the report has releases (client, number) {Text(said)}, and these left: {Text(left)}";
    }

    private static string Text(IEnumerable<(int, int)> pairs) => string.Join(" ", pairs);
}
