namespace NMoE.Federation.Records;

/// <summary>One line of <c>clients.csv</c>: what a gate, reference or baseline reached on one client's test pictures.</summary>
/// <param name="Gate">As in <see cref="PassRecord"/>.</param>
/// <param name="Test">As in <see cref="PassRecord"/>.</param>
/// <param name="Client">Client.</param>
/// <param name="Pictures">Its test pictures.</param>
/// <param name="Accuracy">The share of them that were classified right, 0..1.</param>
public sealed record ClientAccuracyRecord(string Gate, string Test, int Client, int Pictures, double Accuracy)
{
    /// <summary>Beyond so many clients nobody reads a line a client, and none is kept.</summary>
    public const int MostClients = 1000;
}
