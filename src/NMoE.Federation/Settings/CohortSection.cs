using NMoE.Chance;
using NMoE.Learning.Keys;

namespace NMoE.Federation.Settings;

/// <summary>Who takes part in a round of stage 1, and what becomes of those who are late.</summary>
[Section("")]
public sealed record CohortSection
{
    private const string InStep = "extractor.aggregation = synchronous";

    [Key("(0, 1]", "Share of the clients whose updates a round waits for; who they are is drawn anew in each. In {range}.")]
    [When(ExtractorSection.InRounds, InStep)]
    public double Participation { get; init; } = 1.0;

    [Key("[0, 10]", "Share of clients invited beyond those: the round ends with the first updates, and stragglers are not waited for. In {range}.")]
    [When(ExtractorSection.InRounds, InStep)]
    public double OverCommit { get; init; } = 0;

    [Key("An update that comes after its round: drop (refused) or accept (counted in the round under way, discounted, unless its client has a newer one there).")]
    [When(ExtractorSection.InRounds, InStep)]
    public LateUpdates Late { get; init; } = LateUpdates.Drop;

    [Key("What an update weighs that began s rounds ago: none (as much), square-root (1/sqrt(1+s), FedBuff's) or linear (1/(1+s)).")]
    [When("extractor.late = accept or extractor.aggregation = buffered")]
    public Staleness Staleness { get; init; } = Staleness.SquareRoot;

    [Key("""
        synchronous (rounds) or buffered (FedBuff, Nguyen et al., 2022: the server makes a step, counted as a round, whenever so many clients have answered, and those
        begin again; the others go on with the model that they have). buffered goes with fedce, and fedavg or fedprox.
        """)]
    public Aggregation Aggregation { get; init; } = Aggregation.Synchronous;

    [Key("1..100000", "Arrivals that make a step when buffered. 1..experiment.clients.")]
    [When("extractor.aggregation = buffered")]
    public int Buffer { get; init; } = 3;

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
