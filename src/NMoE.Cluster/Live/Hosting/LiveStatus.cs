using Akka.Actor;
using NMoE.Cluster.Work;
using NMoE.Cluster.Work.Messages;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;

namespace NMoE.Cluster.Live.Hosting;

/// <summary>Answers <c>nmoe status</c> on any node of a live run, at the place where a run's coordinator does.</summary>
internal sealed class LiveStatus : ReceiveActor
{
    public LiveStatus(LiveSettings settings, LiveSignals signals) => Receive<StatusWanted>(_ =>
        Sender.Tell(new WorkStatus(settings.Plan.Settings.Experiment.Name, Stage(settings, signals), Seconds(settings, signals), Members.Of(Context.System), [], 0, 0, 0, 0, 0, 0, MovingCost.None)));

    private static string Stage(LiveSettings settings, LiveSignals signals) => (signals.Ended.IsCompleted, signals.Begun.IsCompleted, signals.Last) switch
    {
        (true, _, _) => "ended",
        (_, false, _) => FormattableString.Invariant($"waiting for {settings.Nodes} nodes"),
        (_, _, RoundEnded round) => FormattableString.Invariant($"{round.Stage}, round {round.Round} done"),
        (_, _, ExpertTrained) => Stages.Expert,
        (_, _, PassAnswered) => "inference",
        _ => "begun",
    };

    /// <summary>Since the run began, by the clock on the wall.</summary>
    private static double Seconds(LiveSettings settings, LiveSignals signals) => signals.Begun.IsCompletedSuccessfully
        ? Math.Max(0, (settings.Time.GetUtcNow().UtcDateTime - new DateTime(signals.Begun.Result.BeganUtcTicks, DateTimeKind.Utc)).TotalSeconds)
        : 0;
}
