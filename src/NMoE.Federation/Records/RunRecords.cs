using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace NMoE.Federation.Records;

/// <summary>One line of <c>metrics.jsonl</c>: the global model after a round, or RollGate's gate after a lap.</summary>
/// <param name="Stage"><c>extractor</c>, <c>gate</c> or <c>rollgate</c>.</param>
/// <param name="Round">Round or lap, from 1.</param>
/// <param name="VirtualSeconds">Virtual time of the end of the round, in seconds.</param>
/// <param name="BytesSoFar">Bytes that had left their senders by then, of messages that had come to their end, delivered or lost.</param>
/// <param name="TrainLoss">Mean training loss over the clients that took part.</param>
/// <param name="Accuracy">Accuracy of the global model on all test pictures, 0..1; null where it was not measured.</param>
/// <param name="Participants">Clients whose update was aggregated.</param>
public sealed record RoundRecord(
    string Stage, int Round, double VirtualSeconds, long BytesSoFar, double TrainLoss, double? Accuracy, int Participants)
{
    /// <summary>What all devices had spent by then, in joules; null where they spend none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? JoulesSoFar { get; init; }

    /// <summary>After a round of FedGate, the expert that the gate sends most test samples to; null for other stages, and where it was not measured.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Favourite { get; init; }

    /// <summary>Its share of them, 1/n..1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? LargestShare { get; init; }
}

/// <summary>The end of stage 2.</summary>
/// <param name="VirtualSeconds">When the last expert was trained, in seconds.</param>
public sealed record ExpertsRecord(double VirtualSeconds)
{
    /// <summary>As in <see cref="RoundRecord"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? JoulesSoFar { get; init; }
}

/// <summary>What it took to reach an accuracy: the global model of stage 1 by its scored rounds, a gate by all the training that it needs.</summary>
/// <param name="Target">The accuracy, 0..1.</param>
/// <param name="Of"><see cref="GlobalModel"/>, or a gate as in <see cref="PassRecord"/>.</param>
/// <param name="Test">The test set.</param>
/// <param name="Best">The best accuracy that it had.</param>
/// <param name="VirtualSeconds">When it was reached, in seconds: at the end of the first round that is scored so high, or of the training that the gate needs; null where it never was.</param>
/// <param name="Bytes">Bytes that had left their senders for it, those sent again included; null where it was not reached. Another gate's training does not count.</param>
/// <param name="Joules">What all devices had spent by then; null where it was not reached, or they spend none.</param>
public sealed record TargetRecord(double Target, string Of, string Test, double Best, double? VirtualSeconds, long? Bytes, double? Joules)
{
    /// <summary>The global model of stage 1.</summary>
    public const string GlobalModel = "global-model";
}

/// <summary>A paired comparison of two gates over the same test pictures.</summary>
/// <param name="Test"><c>same</c> or <c>iid</c>.</param>
/// <param name="First">A gate.</param>
/// <param name="Second">Another gate.</param>
/// <param name="Difference">Accuracy of the first minus the second's.</param>
/// <param name="HalfWidth">Half the width of the 95 % interval over the pictures of these clients.</param>
public sealed record ComparisonRecord(string Test, string First, string Second, double Difference, double HalfWidth)
{
    /// <summary>Half the width of the 95 % interval over clients: other clients, the same training. Null of a client alone, and in reports of earlier versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ClientsHalfWidth { get; init; }
}

/// <summary>One line of <c>ledger.csv</c>: bytes of one kind of message on one link in one stage.</summary>
/// <param name="Stage">Stage, such as <c>extractor</c> or <c>inference/fedgate/iid</c>.</param>
/// <param name="From">Sending device.</param>
/// <param name="To">Receiving device.</param>
/// <param name="Kind">Kind of message.</param>
/// <param name="Messages">Messages sent.</param>
/// <param name="Sent">Bytes sent.</param>
/// <param name="Delivered">Bytes delivered, copies included.</param>
/// <param name="Lost">Bytes that reached nobody, copies included.</param>
public sealed record LedgerRecord(string Stage, string From, string To, string Kind, long Messages, long Sent, long Delivered, long Lost)
{
    /// <summary>Bytes of copies that a fault made of messages.</summary>
    public long Duplicated { get; init; }

    /// <summary>Bytes that were sent again because packets were lost; they stand beside the bytes sent.</summary>
    public long Retransmitted { get; init; }

    /// <summary>Bytes that had left the sender for nothing when their message was lost, those sent again included.</summary>
    public long Wasted { get; init; }

    /// <summary>Copies that a fault made of messages.</summary>
    public long MessagesDuplicated { get; init; }

    /// <summary>Messages delivered, copies included.</summary>
    public long MessagesDelivered { get; init; }

    /// <summary>Messages that reached nobody, copies included.</summary>
    public long MessagesLost { get; init; }

    /// <summary>Channel uses of what was sent in analog form, copies included: no bytes, and in none of the other counts.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long ChannelUses { get; init; }
}

/// <summary>A device that crashed.</summary>
/// <param name="VirtualSeconds">When, in seconds.</param>
/// <param name="Device">The device.</param>
/// <param name="Reason">Why.</param>
/// <param name="Returns">Whether it was to return.</param>
public sealed record CrashRecord(double VirtualSeconds, string Device, string Reason, bool Returns);

/// <summary>What was waited in a stage until a deadline ended it.</summary>
/// <param name="Stage"><c>joining</c>, <c>extractor</c>, <c>expert</c>, <c>sharing</c>, <c>gate</c>, <c>rollgate</c>, <c>serving</c> (for clients to begin), or a pass as in <see cref="LedgerRecord"/>.</param>
/// <param name="Deadlines">Deadlines that passed.</param>
/// <param name="Seconds">Virtual time of it: from the last that came of what was waited for until the deadline. An instant at which several waited counts once.</param>
/// <param name="For">Devices that were waited for, ascending.</param>
public sealed record WaitRecord(string Stage, int Deadlines, double Seconds, ImmutableArray<string> For);

/// <summary>Waits that a deadline ended.</summary>
/// <param name="Stages">In the order in which a deadline first passed in them.</param>
/// <param name="Seconds">Virtual time of all together; an instant counts once.</param>
/// <param name="Of">Virtual time of the whole run, in seconds.</param>
public sealed record WaitingRecord(ImmutableArray<WaitRecord> Stages, double Seconds, double Of);

/// <summary>A client that gates could not choose when they served.</summary>
/// <param name="Client">Client.</param>
/// <param name="Why">Why.</param>
public sealed record UnchoosableRecord(int Client, string Why);

/// <summary>
/// What became of the clients' updates in rounds, in messages of the ledger: sent and copies together are delivered, lost or on their way; those delivered count or were refused, because they came
/// late, or had counted before, or none was asked for.
/// </summary>
/// <param name="Sent">Updates sent.</param>
/// <param name="Copies">Copies that a fault made of them.</param>
/// <param name="Delivered">Those that reached the aggregator, copies included.</param>
/// <param name="Lost">Those that reached nobody, copies included.</param>
/// <param name="LostBytes">Bytes of these.</param>
/// <param name="Counted">Those that went into an average.</param>
public sealed record UpdatesRecord(long Sent, long Copies, long Delivered, long Lost, long LostBytes, long Counted);

/// <summary>What FedSC's correlation matrices gave away of one client's data. Nothing else is protected: weights, latents, logits and the gate are not.</summary>
/// <param name="Client">Client.</param>
/// <param name="Releases">Different matrices that it released; one sent twice is one.</param>
/// <param name="Epsilon">Of all of them together; null where they were not noised.</param>
/// <param name="Delta">Of all of them together; null where they were not noised.</param>
/// <param name="Sigma">Standard deviation of the noise; null where there was none.</param>
public sealed record PrivacyRecord(int Client, int Releases, double? Epsilon, double? Delta, double? Sigma);

/// <summary>What a device did and what energy it cost; a line of <c>energy.csv</c>.</summary>
/// <param name="Device">As in <see cref="LedgerRecord"/>. Servers at the base station are on the mains: their joules are 0.</param>
/// <param name="SentBytes">Bytes that left it, those sent again included.</param>
/// <param name="ReceivedBytes">Bytes of what was delivered to it, those sent again included.</param>
/// <param name="RadioSeconds">Virtual seconds in which at least one transfer from or to it was in flight.</param>
/// <param name="Flops">FLOP of the jobs that it began.</param>
/// <param name="RadioJoules">J of its radio: the sum of <see cref="TransmitJoules"/>, <see cref="ReceiveJoules"/>, <see cref="OnJoules"/>, <see cref="TailJoules"/> and <see cref="SleepJoules"/>.</param>
/// <param name="ComputeJoules">J of its computing.</param>
public sealed record EnergyRecord(
    string Device, long SentBytes, long ReceivedBytes, double RadioSeconds, double Flops, double RadioJoules, double ComputeJoules)
{
    /// <summary>J of bytes that left it.</summary>
    public double TransmitJoules { get; init; }

    /// <summary>J of bytes that were delivered to it.</summary>
    public double ReceiveJoules { get; init; }

    /// <summary>J of its radio in <see cref="RadioSeconds"/>, beside those.</summary>
    public double OnJoules { get; init; }

    /// <summary>Virtual seconds in which its radio listened after a transfer.</summary>
    public double TailSeconds { get; init; }

    /// <summary>J of its radio in these.</summary>
    public double TailJoules { get; init; }

    /// <summary>J of its radio at all other times.</summary>
    public double SleepJoules { get; init; }

    /// <summary>J of the device itself over the whole run.</summary>
    public double IdleJoules { get; init; }

    /// <summary>All of them.</summary>
    [JsonIgnore]
    public double Joules => RadioJoules + ComputeJoules + IdleJoules;
}

/// <summary>How long requests of one inference pass took, from a client's first step to its answer.</summary>
/// <param name="Gate">As in <see cref="PassRecord"/>.</param>
/// <param name="Test">As in <see cref="PassRecord"/>.</param>
/// <param name="Requests">Requests that were answered.</param>
/// <param name="MedianSeconds">Virtual seconds within which half of them were: nearest rank.</param>
/// <param name="P95Seconds">Virtual seconds within which 95 % of them were: nearest rank.</param>
/// <param name="QuantileSeconds">Quantiles at 1/m, 2/m, ..., 1 by nearest rank, ascending: all requests where there are up to 200 of them, else m = 200.</param>
public sealed record LatencyRecord(
    string Gate, string Test, int Requests, double MedianSeconds, double P95Seconds, ImmutableArray<double> QuantileSeconds);

/// <summary>A move of the aggregator to another place.</summary>
/// <param name="VirtualSeconds">When the place went on, in seconds.</param>
/// <param name="To">The place.</param>
/// <param name="Stage">What it went on with, by the last checkpoint that it had been sent; <c>start</c> where it had none, <c>end</c> where all was done.</param>
/// <param name="Round">The round that it went on with; 0 where it began from the start.</param>
/// <param name="Repeated">Rounds that had ended before, or ended at an earlier place later, and count no more: they were done again.</param>
/// <param name="Reason">Why the place before gave way.</param>
public sealed record MoveRecord(double VirtualSeconds, string To, string Stage, int Round, int Repeated, string Reason);

/// <summary>What it took to be able to move, and the moves.</summary>
/// <param name="Moves">In order of time.</param>
/// <param name="Checkpoints">Checkpoints sent.</param>
/// <param name="CheckpointBytes">Bytes of these.</param>
/// <param name="Missed">Times that something was published before another place had the checkpoint: had the aggregator died then, more would have been lost.</param>
public sealed record MovesRecord(ImmutableArray<MoveRecord> Moves, long Checkpoints, long CheckpointBytes, int Missed);

/// <summary>A device that its trace took off for good before the run ended.</summary>
/// <param name="Device">The device.</param>
/// <param name="SinceSeconds">Virtual seconds.</param>
public sealed record OffRecord(string Device, double SinceSeconds);

/// <summary>All that a finished run has to report.</summary>
/// <param name="Name">The experiment's name.</param>
/// <param name="Rounds">In order of stage and round.</param>
/// <param name="Passes">In order of test set and gate, as configured; the references last of each test set.</param>
/// <param name="Comparisons">FedGate against each other gate, and against the references and baselines but the oracle, a test set each.</param>
/// <param name="Ledger">Ordered by stage, from, to and kind.</param>
public sealed record RunReport(
    string Name,
    ImmutableArray<RoundRecord> Rounds,
    ImmutableArray<PassRecord> Passes,
    ImmutableArray<ComparisonRecord> Comparisons,
    ImmutableArray<LedgerRecord> Ledger)
{
    /// <summary>The <see cref="Clock"/> of a live run.</summary>
    public const string WallClock = "wall";

    /// <summary>By which clock its times are: <see cref="WallClock"/> in a live run; null for virtual time.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Clock { get; init; }

    /// <summary>Whether nothing was learned, so that there are times, bytes and failures, and neither losses nor accuracies: NaN stands for them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool TimesAlone { get; init; }

    /// <summary>A line a client in FedSC, by client; else empty.</summary>
    public ImmutableArray<PrivacyRecord> Privacy { get; init; } = [];

    /// <summary>A line a pass; empty in reports of older versions.</summary>
    public ImmutableArray<LatencyRecord> Latencies { get; init; } = [];

    /// <summary>A line a device that did anything, where devices spend energy; else empty.</summary>
    public ImmutableArray<EnergyRecord> Energy { get; init; } = [];

    /// <summary>What devices did in some rounds, ordered by round, device and time; in a file of its own, and empty where there is none.</summary>
    [JsonIgnore]
    public ImmutableArray<SpanRecord> Timeline { get; init; } = [];

    /// <summary>Bytes over links, from the run's beginning to its end; in a file of its own, and empty where there is none.</summary>
    [JsonIgnore]
    public ImmutableArray<LinkRecord> Links { get; init; } = [];

    /// <summary>How pictures were dealt; empty in reports of earlier versions.</summary>
    public ImmutableArray<DealtRecord> Dealt { get; init; } = [];

    /// <summary>Devices that traces took off for good before the run ended, by device; empty in reports of earlier versions.</summary>
    public ImmutableArray<OffRecord> Off { get; init; } = [];

    /// <summary>Kinds of devices; null where all are alike.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<KindRecord>? Kinds { get; init; }

    /// <summary>The end of stage 2; null where it was not observed, and in reports of earlier versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ExpertsRecord? Experts { get; init; }

    /// <summary>Accuracy of each client's test pictures, in the order of passes and clients; empty beyond <see cref="ClientAccuracyRecord.MostClients"/> clients, and in reports of earlier versions.</summary>
    public ImmutableArray<ClientAccuracyRecord> Clients { get; init; } = [];

    /// <summary>What it took to reach the accuracies of <c>evaluation.targets</c>, in their order; empty where there are none.</summary>
    public ImmutableArray<TargetRecord> Targets { get; init; } = [];

    /// <summary>Devices that crashed, in order of time.</summary>
    public ImmutableArray<CrashRecord> Crashes { get; init; } = [];

    /// <summary>What became of the clients' updates; null in reports of earlier versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public UpdatesRecord? Updates { get; init; }

    /// <summary>The aggregator's moves; null where it has no place to move to.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MovesRecord? Moves { get; init; }

    /// <summary>Waits that a deadline ended; null where none did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WaitingRecord? Waiting { get; init; }

    /// <summary>Clients that gates could not choose, ascending.</summary>
    public ImmutableArray<UnchoosableRecord> Unchoosable { get; init; } = [];

    /// <summary>Clients that waited in vain for a model to serve with, ascending.</summary>
    public ImmutableArray<int> Left { get; init; } = [];

    /// <summary>Where a private secret is kept that the noise follows from, as in "secrets/noise in the store"; null where the noise follows from the seed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NoiseSecret { get; init; }
}
