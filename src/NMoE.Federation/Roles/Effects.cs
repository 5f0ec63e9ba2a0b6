using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Protocol;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Roles;

/// <summary>What a role wants done. It decides; its device carries it out.</summary>
public abstract record Effect;

/// <summary>Send a message over the network.</summary>
/// <param name="To">Receiver.</param>
/// <param name="Message">Message.</param>
/// <param name="Stage">Stage of the experiment that it is counted under.</param>
public sealed record Send(DeviceId To, IMessage Message, string Stage) : Effect;

/// <summary>
/// Send a message that was sent before, unless that one is still on its way: a device knows what it is sending, and a second copy on a slow link would only slow down the first.
/// </summary>
/// <param name="What">What to send.</param>
internal sealed record SendAgain(Send What) : Effect;

/// <summary>Run a job on this device; its result comes back as <see cref="JobFinished"/>.</summary>
/// <param name="Tag">What the role knows the result by.</param>
/// <param name="Job">The job.</param>
/// <param name="Flops">FLOP that the device is charged.</param>
public sealed record Compute(JobTag Tag, Job Job, double Flops) : Effect;

/// <summary>Measure the device's own access; what is found comes back at once as <see cref="AccessSensed"/>.</summary>
/// <param name="Stage">What it is measured for, as bytes are counted that follow from it.</param>
internal sealed record Sense(string Stage) : Effect;

/// <summary>Measure how what comes from a peer is heard now; what is found comes back at once as <see cref="SignalHeard"/>.</summary>
/// <param name="From">The peer.</param>
/// <param name="Request">What came from it.</param>
internal sealed record Hear(DeviceId From, RouteLatents Request) : Effect;

/// <summary>Set a timer, or set the one of this name anew; it comes back as <see cref="TimerFired"/>.</summary>
/// <param name="Tag">What the role knows the timer by.</param>
/// <param name="Delay">Virtual time until then.</param>
internal sealed record SetTimer(TimerTag Tag, TimeSpan Delay) : Effect;

/// <summary>Withdraw a timer.</summary>
/// <param name="Name">The timer's name.</param>
internal sealed record CancelTimer(string Name) : Effect;

/// <summary>Say what this role waits for; the run is not over until it says <see cref="Done"/>.</summary>
/// <param name="What">In words, for a report of a stall.</param>
public sealed record Await(string What) : Effect;

/// <summary>This role has nothing left to do of its own accord.</summary>
public sealed record Done : Effect;

/// <summary>A learning failure that the device cannot go on from, such as a diverged loss: the device crashes.</summary>
/// <param name="Reason">What happened.</param>
public sealed record Crash(string Reason) : Effect;

/// <summary>The experiment cannot go on.</summary>
/// <param name="Reason">Why.</param>
public sealed record GiveUp(string Reason) : Effect;

/// <summary>Switch these devices off for good.</summary>
/// <param name="Devices">Devices.</param>
public sealed record Retire(ImmutableArray<DeviceId> Devices) : Effect;

/// <summary>Tell those who measure, outside the world.</summary>
/// <param name="Observation">What is to be seen.</param>
public sealed record Observe(Observation Observation) : Effect;

/// <summary>What a role knows a job by: a record of the step that asks for it holds what that step will want to know when the result comes.</summary>
/// <param name="Name">The purpose.</param>
public abstract record JobTag(string Name)
{
    /// <summary>The place of the aggregator that it was begun for: where the aggregator has moved since, nobody waits for it.</summary>
    public int Place { get; init; }
}

/// <summary>A job of which a role has one at most: its purpose says all.</summary>
/// <param name="Name">The purpose.</param>
internal sealed record SoleTag(string Name) : JobTag(Name);

/// <summary>What a role knows a timer by: a record of the step that waits holds what tells this wait from an earlier one, whose timer may have fired already.</summary>
/// <param name="Name">The purpose: a role has one timer of a name at most.</param>
internal abstract record TimerTag(string Name);

/// <summary>A timer that its purpose says all of.</summary>
/// <param name="Name">The purpose.</param>
internal sealed record SoleTimer(string Name) : TimerTag(Name);

/// <summary>A timer that a number tells from earlier ones of its name.</summary>
/// <param name="Name">The purpose.</param>
/// <param name="Number">The number.</param>
internal sealed record NumberedTimer(string Name, int Number) : TimerTag(Name);

/// <summary>The device was switched on.</summary>
public sealed record Started;

/// <summary>The device is on again after a crash; what was persisted is there, the rest is gone.</summary>
internal sealed record Restarted;

/// <summary>A job of this device has ended.</summary>
/// <param name="Tag">As asked.</param>
/// <param name="Result">Result.</param>
public sealed record JobFinished(JobTag Tag, JobResult Result);

/// <summary>A timer has fired.</summary>
/// <param name="Tag">As set.</param>
internal sealed record TimerFired(TimerTag Tag);

/// <summary>The device has measured its access.</summary>
/// <param name="Stage">As asked.</param>
/// <param name="Access">What it found.</param>
internal sealed record AccessSensed(string Stage, SensedAccess Access);

/// <summary>The device has measured how a peer is heard.</summary>
/// <param name="What">As asked.</param>
/// <param name="Signal">Signal-to-noise ratio in steps, as in <see cref="SensedAccess"/>; null where none is known of either radio.</param>
internal sealed record SignalHeard(Hear What, int? Signal);

/// <summary>Something worth measuring.</summary>
public abstract record Observation;

/// <summary>A round, or a lap of a ring, has ended.</summary>
/// <param name="Stage">Stage.</param>
/// <param name="Round">Round or lap, from 1.</param>
/// <param name="Model">The aggregated model.</param>
/// <param name="Loss">Mean training loss.</param>
/// <param name="Participants">Clients whose updates went in.</param>
public sealed record RoundEnded(string Stage, int Round, ImmutableArray<BlobRef> Model, double Loss, int Participants) : Observation
{
    /// <summary>Which ring of the stage the lap is of: laps of those begun before count no more. Null for rounds.</summary>
    public int? Generation { get; init; }

    /// <summary>The place of the aggregator that ended it, from 0: rounds that a later place does again count no more.</summary>
    public int Place { get; init; }
}

/// <summary>A round of an edge server has ended.</summary>
/// <param name="Edge">The edge server.</param>
/// <param name="Ended">The round: its number counts those of all the aggregator's rounds.</param>
public sealed record SiteRoundEnded(DeviceId Edge, RoundEnded Ended) : Observation;

/// <summary>An edge server has no part in the aggregator's round as yet: its site had no quorum.</summary>
/// <param name="Edge">The edge server.</param>
/// <param name="Reason">Why.</param>
public sealed record SiteGaveUp(DeviceId Edge, string Reason) : Observation;

/// <summary>The aggregator has moved: a place goes on from the last checkpoint that it was sent.</summary>
/// <param name="Device">The place.</param>
/// <param name="Step">How far training was then; null where it was sent none and begins from the start.</param>
/// <param name="Round">Round that it goes on with; 0 where it begins from the start.</param>
public sealed record AggregatorMoved(DeviceId Device, string? Step, int Round) : Observation;

/// <summary>The aggregator cannot go on at its place, and leaves the next one to try.</summary>
/// <param name="Device">The place.</param>
/// <param name="Reason">Why.</param>
public sealed record AggregatorGaveWay(DeviceId Device, string Reason) : Observation;

/// <summary>The aggregator publishes though no other place has its state: what it did since the last one would be done again.</summary>
/// <param name="Device">The place that did not answer in time.</param>
/// <param name="Number">The checkpoint.</param>
public sealed record CheckpointMissed(DeviceId Device, int Number) : Observation;

/// <summary>A deadline has passed, and somebody was still waited for.</summary>
/// <param name="Waited">Who waited.</param>
/// <param name="Stage">In what, as <see cref="Stages"/> has it.</param>
/// <param name="Round">Round, lap or request; 0 where there is none.</param>
/// <param name="Missing">Who was waited for, ascending.</param>
/// <param name="Length">How long the deadline was.</param>
public sealed record DeadlinePassed(DeviceId Waited, string Stage, int Round, ImmutableArray<DeviceId> Missing, TimeSpan Length) : Observation;

/// <summary>Something came to the aggregator that it waited for.</summary>
public sealed record Answered : Observation;

/// <summary>Training has ended, and clients are told whom a gate may choose.</summary>
/// <param name="Experts">Clients that have experts, ascending.</param>
public sealed record ExpertsNamed(ImmutableArray<int> Experts) : Observation
{
    /// <summary>Those of them that FedGate could not learn to choose, because nobody has their opinions.</summary>
    public ImmutableArray<int> Unlearned { get; init; } = [];

    /// <summary>Those of them that were silent then.</summary>
    public ImmutableArray<int> Silent { get; init; } = [];

    /// <summary>As in <see cref="RoundEnded"/>.</summary>
    public int Place { get; init; }
}

/// <summary>A ring has come to its end.</summary>
/// <param name="Stage">Its stage.</param>
/// <param name="Model">The final model.</param>
public sealed record RingEnded(string Stage, ImmutableArray<BlobRef> Model) : Observation
{
    /// <summary>As in <see cref="RoundEnded"/>.</summary>
    public int Place { get; init; }
}

/// <summary>A client has released something of its data.</summary>
/// <param name="Client">Client.</param>
/// <param name="Release">Name of what it released: sent twice, it is one release.</param>
public sealed record MatrixReleased(int Client, string Release) : Observation;

/// <summary>A client's expert is trained.</summary>
/// <param name="Client">Client.</param>
/// <param name="Expert">H_i.</param>
/// <param name="Extractor">The F that it looks through.</param>
public sealed record ExpertTrained(int Client, BlobRef Expert, BlobRef Extractor) : Observation;

/// <summary>A client begins or ends the answer to one request of its own.</summary>
/// <param name="Client">Client.</param>
/// <param name="Pass">Pass.</param>
/// <param name="Request">Request.</param>
/// <param name="Finished">Whether it ends.</param>
public sealed record RequestMark(int Client, int Pass, int Request, bool Finished) : Observation;

/// <summary>A client has answered all samples of one pass.</summary>
/// <param name="Client">Client.</param>
/// <param name="Pass">Pass.</param>
/// <param name="Probabilities">[rows, C].</param>
/// <param name="Chosen">Experts that the gate chose, [rows * k].</param>
/// <param name="Answered">Experts that answered, [rows * k].</param>
public sealed record PassAnswered(
    int Client, int Pass, BlobRef Probabilities, ImmutableArray<int> Chosen, ImmutableArray<int> Answered) : Observation;

/// <summary>A client heard of no server for so long that it waits no more; it lacks a model to serve with.</summary>
/// <param name="Client">Client.</param>
public sealed record ClientLeft(int Client) : Observation;

/// <summary>A device crashed.</summary>
/// <param name="Device">Device.</param>
/// <param name="Reason">Why.</param>
/// <param name="Returns">Whether it will be restarted.</param>
public sealed record DeviceLost(DeviceId Device, string Reason, bool Returns) : Observation;

/// <summary>A device that crashed is on again.</summary>
/// <param name="Device">Device.</param>
public sealed record DeviceReturned(DeviceId Device) : Observation;
