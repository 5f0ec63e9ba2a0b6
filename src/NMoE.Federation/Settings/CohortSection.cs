using NMoE.Chance;

namespace NMoE.Federation.Settings;

/// <summary>Who takes part in a round of stage 1, and what becomes of those who are late.</summary>
/// <param name="Participation">Share of the clients whose updates a round waits for, (0, 1].</param>
/// <param name="OverCommit">Share of clients invited beyond those, so that stragglers need not be waited for; at least 0.</param>
/// <param name="Late">What becomes of an update that comes after its round.</param>
/// <param name="Staleness">How much less such an update weighs.</param>
/// <param name="Aggregation">When the server makes a step.</param>
/// <param name="Buffer">K, the arrivals that make a step when buffered.</param>
public sealed record CohortSection(double Participation, double OverCommit, LateUpdates Late, Staleness Staleness, Aggregation Aggregation, int Buffer)
{
    /// <summary>Updates that a round waits for, of so many clients.</summary>
    public int Target(int clients) => Math.Max(1, Halves.Round(Participation * clients));

    /// <summary>Clients that it invites for that.</summary>
    public int Invited(int clients) => Math.Min(clients, (int)Math.Ceiling(Math.Round(Target(clients) * (1 + OverCommit), 9)));

    /// <summary>What an update weighs that began so many rounds ago, beside a fresh one.</summary>
    public double Discount(int rounds) => Staleness switch
    {
        Staleness.SquareRoot => 1 / Math.Sqrt(1.0 + rounds),
        Staleness.Linear => 1 / (1.0 + rounds),
        _ => 1,
    };
}

/// <summary>What becomes of an update that comes after its round.</summary>
public enum LateUpdates
{
    /// <summary>It is refused.</summary>
    Drop,

    /// <summary>It counts in the round under way, discounted, unless its client has a newer one there.</summary>
    Accept,
}

/// <summary>How much less an update weighs that began s rounds ago. No other powers: those would differ in their last bits between machines.</summary>
public enum Staleness
{
    /// <summary>No less.</summary>
    None,

    /// <summary>1 / sqrt(1 + s) (FedBuff; Nguyen et al., 2022).</summary>
    SquareRoot,

    /// <summary>1 / (1 + s).</summary>
    Linear,
}

/// <summary>When the server makes a step.</summary>
public enum Aggregation
{
    /// <summary>When a round's clients have answered.</summary>
    Synchronous,

    /// <summary>Whenever K clients have answered, from whatever model each began with (FedBuff; Nguyen et al., 2022).</summary>
    Buffered,
}
