using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Settings;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Roles;

/// <summary>The rules of RollGate's ring: whose turn a hop is, and when a lap and the training end.</summary>
public static class Ring
{
    /// <summary>The gate before the first hop.</summary>
    public static RollingGate First(int generation, ImmutableArray<int> ring, BlobRef gate) =>
        new(generation, 0, RollStep.Train, ring, gate, 0, double.PositiveInfinity, []);

    /// <summary>The client whose turn a hop is.</summary>
    public static int Turn(RollingGate gate)
    {
        ArgumentNullException.ThrowIfNull(gate);
        return gate.Ring[gate.Hop % gate.Ring.Length];
    }

    /// <summary>The device that the gate is for.</summary>
    /// <param name="gate">The gate.</param>
    /// <param name="aggregator">Where the aggregator is.</param>
    public static DeviceId Receiver(RollingGate gate, DeviceId aggregator)
    {
        ArgumentNullException.ThrowIfNull(gate);
        return gate.Step == RollStep.Done ? aggregator : Plan.Device(Turn(gate));
    }

    /// <summary>
    /// The gate as it goes on from a hop whose work is done. At the end of a lap the mean loss decides: when it moved by less than the tolerance, or
    /// after the last lap, the gate goes around once more to be adopted. Who did not acknowledge it is passed over from then on.
    /// </summary>
    public static RollingGate Next(RollingGate done, RollGateSection settings)
    {
        ArgumentNullException.ThrowIfNull(done);
        ArgumentNullException.ThrowIfNull(settings);
        var next = done with { Hop = done.Hop + 1 };
        if (next.Hop % next.Ring.Length != 0)
        {
            return next;
        }

        if (done.Step == RollStep.Adopt)
        {
            return next with { Step = RollStep.Done };
        }

        var loss = MeanLoss(done);
        var settled = Math.Abs(loss - done.LastLoss) < settings.Tolerance || next.Hop / next.Ring.Length >= settings.Laps;
        return next with { Step = settled ? RollStep.Adopt : RollStep.Train, Losses = 0, LastLoss = loss };
    }

    /// <summary>The lap that a hop is of, from 1.</summary>
    public static int Lap(RollingGate gate)
    {
        ArgumentNullException.ThrowIfNull(gate);
        return (gate.Hop / gate.Ring.Length) + 1;
    }

    /// <summary>Whether a gate's next client did not acknowledge it before: it is not waited for again.</summary>
    public static bool IsToSkip(RollingGate gate)
    {
        ArgumentNullException.ThrowIfNull(gate);
        return gate.Step != RollStep.Done && gate.Missed.Contains(Turn(gate));
    }

    /// <summary>A hop that was in vain, because its client did not answer.</summary>
    public static RollingGate Miss(RollingGate sent)
    {
        ArgumentNullException.ThrowIfNull(sent);
        return sent with { Missed = sent.Missed.Add(Turn(sent)) };
    }

    /// <summary>The lap that ends with a hop of training whose work is done, or null.</summary>
    public static RoundEnded? EndedLap(RollingGate done)
    {
        ArgumentNullException.ThrowIfNull(done);
        var (lap, turn) = Math.DivRem(done.Hop + 1, done.Ring.Length);
        return turn == 0 && done.Step == RollStep.Train
            ? new RoundEnded(Stages.Rolling, lap, [done.Gate], MeanLoss(done), Trained(done)) { Generation = done.Generation }
            : null;
    }

    /// <summary>
    /// Virtual time after which a ring that has not come to its end is taken for lost: an acknowledgement's deadline for each hop, and at most a
    /// thousand times a thousand hours.
    /// </summary>
    /// <param name="settings">The ring's settings.</param>
    /// <param name="deadline">An acknowledgement's deadline.</param>
    /// <param name="clients">Clients of the ring.</param>
    public static TimeSpan Patience(RollGateSection settings, TimeSpan deadline, int clients)
    {
        ArgumentNullException.ThrowIfNull(settings);
        const double most = 1e6;
        return TimeSpan.FromHours(Math.Min(most, deadline.TotalHours * clients * (settings.Laps + 1.0)));
    }

    private static int Trained(RollingGate lap) => lap.Ring.Length - lap.Missed.Length;

    private static double MeanLoss(RollingGate lap) => lap.Losses / Trained(lap);
}
