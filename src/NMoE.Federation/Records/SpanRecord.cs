namespace NMoE.Federation.Records;

/// <summary>One line of <c>timeline.csv</c>: what a device did for a while. A device does several things at a time, such as compute and send.</summary>
/// <param name="Stage">As in <see cref="LedgerRecord"/>.</param>
/// <param name="Round">Round or lap, from 1; of inference the first request of each client, 1; 0 where a stage has no rounds.</param>
/// <param name="Device">Device, as in <see cref="LedgerRecord"/>.</param>
/// <param name="Kind"><c>compute</c>, <c>send</c>, <c>receive-wait</c> (neither, until something came) or <c>down</c>.</param>
/// <param name="What">Kind of job, kind of message, kind of message that ended the wait, or why it is down; empty where nothing had come before it had something to do, or the record ended.</param>
/// <param name="From">Virtual seconds; no earlier than the round's start.</param>
/// <param name="Until">Virtual seconds; no later than the round's end.</param>
/// <param name="Bytes">Bytes of the whole messages that were sent or came meanwhile; 0 for the rest.</param>
public sealed record SpanRecord(string Stage, int Round, string Device, string Kind, string What, double From, double Until, long Bytes);

/// <summary>One line of <c>links.csv</c>: bytes that went over links in a while, each transfer spread evenly over its time; packets that were sent again are not counted.</summary>
/// <param name="From">Virtual seconds.</param>
/// <param name="Until">Virtual seconds.</param>
/// <param name="AggregatorUp">Bytes that the aggregator sent, lost ones included.</param>
/// <param name="AggregatorDown">Bytes that the aggregator got.</param>
/// <param name="ClientUp">Bytes that clients sent, lost ones included: mean over all clients.</param>
/// <param name="ClientDown">Bytes that clients got: mean over all clients.</param>
public sealed record LinkRecord(double From, double Until, double AggregatorUp, double AggregatorDown, double ClientUp, double ClientDown);
