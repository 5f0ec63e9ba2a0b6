using System.Collections.Immutable;
using NMoE.Learning.Keys;
using NMoE.Simulation.Faults;

namespace NMoE.Federation.Settings;

/// <summary>What goes wrong. All chance follows from the experiment's seed, by client and message: the same clients fail at the same times whatever is trained.</summary>
[Section("faults", "What goes wrong. Chance follows from the seed, by client and message: the same clients fail at the same times whatever is trained, so that runs can be compared.")]
public sealed record FaultsSection
{
    [Key("""
        What happens to messages, each a sentence; the first that hits one decides. VERB P % of KIND [from WHO] [to WHO] [by TIME] [between TIME and TIME]:
        drop, corrupt (it is asked for again), delay by, duplicate by, reorder by (a drawn share of the time). KIND is any or a message's name, such as RoundUpdate;
        WHO is client-3, clients, aggregator, aggregator-2, edge-0, supervisor or any, joined by +. "drop 10 % of RoundUpdate from clients to aggregator"
        """)]
    public ImmutableArray<MessageFault> Rules { get; init; } = [];

    [Key("""
        What happens to devices, each a sentence: at WHEN VERB WHO ... : crash WHO [for TIME], kill WHO (never returns), slow WHO by FACTOR for TIME,
        partition WHO from WHO for TIME (what is in flight is lost), hold WHO from WHO for TIME (it goes on afterwards): each of the first from each other of the second, so that
        "clients from clients" cuts peer from peer; an aggregator on a client is cut with it. WHEN is TIME, start of STAGE or TIME after start of STAGE: extractor, expert,
        gate, rollgate (when the first message of it is sent) or serving (when the first client makes a request). "at 100 s crash client-3 for 60 s", "at start of serving kill client-1"
        """)]
    public ImmutableArray<ScheduledFault> Schedule { get; init; } = [];

    /// <summary>Clients that crash once, at random.</summary>
    public CrashesSection Crashes { get; init; } = new();

    /// <summary>Clients that come and go, at random.</summary>
    public ChurnSection Churn { get; init; } = new();
}

/// <summary>Clients that crash once.</summary>
[Section("crashes", "Clients that crash once: a share of them, each at an instant drawn from the beginning until \"within\", off for some time.")]
public sealed record CrashesSection
{
    private const string Crashing = "faults.crashes.share above 0";

    [Key("[0, 1]", "In {range}, rounded to whole clients.")]
    public double Share { get; init; } = 0;

    [Key("1 ms..10000 h", "{range}.")]
    [When(Crashing)]
    public TimeSpan Within { get; init; } = TimeSpan.FromHours(1);

    [Key("1 ms..10000 h", "{range}.")]
    [When(Crashing)]
    public TimeSpan For { get; init; } = TimeSpan.FromMinutes(1);
}

/// <summary>Clients that come and go: exponential times on and off.</summary>
[Section("churn", "Clients that come and go, with exponential times on and off.")]
public sealed record ChurnSection
{
    private const string Churning = "faults.churn.up above 0";

    [Key("0 ms..10000 h", "Mean time on; 0 ms for clients that stay. {range}.")]
    public TimeSpan Up { get; init; }

    [Key("1 ms..10000 h", "Mean time off. {range}.")]
    [When(Churning)]
    public TimeSpan Down { get; init; } = TimeSpan.FromMinutes(1);

    [Key("1 ms..10000 h", "Nobody goes after that. {range}.")]
    [When(Churning)]
    public TimeSpan Until { get; init; } = TimeSpan.FromHours(24);
}
