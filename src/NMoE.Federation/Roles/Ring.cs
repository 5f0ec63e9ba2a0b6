using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Roles;

/// <summary>The rules of a ring around which a model goes: whose turn a hop is, and when a lap and the training end.</summary>
public static class Ring
{
    /// <summary>The model before the first hop.</summary>
    public static TravellingModel First(string stage, int generation, ImmutableArray<int> ring, ImmutableArray<BlobRef> model) =>
        new(stage, generation, 0, RingStep.Train, ring, model, 0, double.PositiveInfinity, []);

    /// <summary>The client whose turn a hop is.</summary>
    public static int Turn(TravellingModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Ring[model.Hop % model.Ring.Length];
    }

    /// <summary>The device that the model is for.</summary>
    /// <param name="model">The model.</param>
    /// <param name="aggregator">Where the aggregator is.</param>
    public static DeviceId Receiver(TravellingModel model, DeviceId aggregator)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Step == RingStep.Done ? aggregator : DeviceId.Client(Turn(model));
    }

    /// <summary>
    /// The model as it goes on from a hop whose work is done. At the end of a lap the mean loss decides: when it moved by less than the tolerance, or
    /// after the last lap, a model that clients keep goes around once more to be adopted. Who did not acknowledge it is passed over from then on.
    /// </summary>
    public static TravellingModel Next(TravellingModel done, RingRules rules)
    {
        ArgumentNullException.ThrowIfNull(done);
        ArgumentNullException.ThrowIfNull(rules);
        var next = done with { Hop = done.Hop + 1 };
        if (next.Hop % next.Ring.Length != 0)
        {
            return next;
        }

        if (done.Step == RingStep.Adopt)
        {
            return next with { Step = RingStep.Done };
        }

        var loss = MeanLoss(done);
        var settled = Math.Abs(loss - done.LastLoss) < rules.Tolerance || next.Hop / next.Ring.Length >= rules.Laps;
        var step = !settled ? RingStep.Train : rules.Kind == RingKind.OfExperts ? RingStep.Adopt : RingStep.Done;
        return next with { Step = step, Losses = 0, LastLoss = loss };
    }

    /// <summary>The lap that a hop is of, from 1.</summary>
    public static int Lap(TravellingModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return (model.Hop / model.Ring.Length) + 1;
    }

    /// <summary>Whether a model's next client did not acknowledge it before: it is not waited for again.</summary>
    public static bool IsToSkip(TravellingModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Step != RingStep.Done && model.Missed.Contains(Turn(model));
    }

    /// <summary>A hop that was in vain, because its client did not answer.</summary>
    public static TravellingModel Miss(TravellingModel sent)
    {
        ArgumentNullException.ThrowIfNull(sent);
        return sent with { Missed = sent.Missed.Add(Turn(sent)) };
    }

    /// <summary>The lap that ends with a hop of training whose work is done, or null.</summary>
    public static RoundEnded? EndedLap(TravellingModel done)
    {
        ArgumentNullException.ThrowIfNull(done);
        var (lap, turn) = Math.DivRem(done.Hop + 1, done.Ring.Length);
        return turn == 0 && done.Step == RingStep.Train
            ? new RoundEnded(done.Stage, lap, done.Model, MeanLoss(done), Trained(done)) { Generation = done.Generation }
            : null;
    }

    /// <summary>
    /// Virtual time after which a ring that has not come to its end is taken for lost: an acknowledgement's deadline for each hop, and at most a
    /// thousand times a thousand hours.
    /// </summary>
    /// <param name="rules">The ring's rules.</param>
    /// <param name="deadline">An acknowledgement's deadline.</param>
    /// <param name="clients">Clients of the ring.</param>
    public static TimeSpan Patience(RingRules rules, TimeSpan deadline, int clients)
    {
        ArgumentNullException.ThrowIfNull(rules);
        const double most = 1e6;
        return TimeSpan.FromHours(Math.Min(most, deadline.TotalHours * clients * (rules.Laps + 1.0)));
    }

    private static int Trained(TravellingModel lap) => lap.Ring.Length - lap.Missed.Length;

    private static double MeanLoss(TravellingModel lap) => lap.Losses / Trained(lap);
}
