using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Time;

namespace NMoE.Cluster.Live;

/// <summary>Observations to and from their Protobuf form.</summary>
internal static class SeenForms
{
    /// <summary>The Protobuf form.</summary>
    /// <exception cref="WireException">The observation has no place in the schema.</exception>
    public static Wire.Seen Write(Seen seen)
    {
        var form = new Wire.Seen { At = seen.At.Ticks };
        switch (seen.What)
        {
            case RoundEnded m:
                form.RoundEnded = new()
                {
                    Stage = (uint)m.Stage,
                    Round = (uint)m.Round,
                    Model = { m.Model.Select(LiveForms.Blob) },
                    Loss = m.Loss,
                    Participants = (uint)m.Participants,
                    Generation = (uint)m.Generation,
                };
                break;
            case GateRolled m:
                form.GateRolled = new() { Gate = LiveForms.Blob(m.Gate) };
                break;
            case MatrixReleased m:
                form.MatrixReleased = new() { Client = (uint)m.Client, Release = m.Release };
                break;
            case ExpertTrained m:
                form.ExpertTrained = new() { Client = (uint)m.Client, Expert = LiveForms.Blob(m.Expert), Extractor = LiveForms.Blob(m.Extractor) };
                break;
            case RequestMark m:
                form.RequestMark = new() { Client = (uint)m.Client, Pass = (uint)m.Pass, Request = (uint)m.Request, Finished = m.Finished };
                break;
            case PassAnswered m:
                form.PassAnswered = new()
                {
                    Client = (uint)m.Client,
                    Pass = (uint)m.Pass,
                    Probabilities = LiveForms.Blob(m.Probabilities),
                    Chosen = { m.Chosen.Select(expert => (uint)expert) },
                    Answered = { m.Answered.Select(expert => (uint)expert) },
                };
                break;
            case ExpertsNamed m:
                form.ExpertsNamed = new() { Experts = { Numbers(m.Experts) }, Unlearned = { Numbers(m.Unlearned) }, Silent = { Numbers(m.Silent) } };
                break;
            case DeadlinePassed m:
                form.DeadlinePassed = new()
                {
                    Waited = m.Waited.Number,
                    Stage = m.Stage,
                    Round = (uint)m.Round,
                    Missing = { m.Missing.Select(device => device.Number) },
                    Length = m.Length.Ticks,
                };
                break;
            case Answered:
                form.Answered = new();
                break;
            case ClientLeft m:
                form.ClientLeft = new() { Client = (uint)m.Client };
                break;
            case DeviceLost m:
                form.DeviceLost = new() { Device = m.Device.Number, Reason = m.Reason, Returns = m.Returns };
                break;
            case DeviceReturned m:
                form.DeviceReturned = new() { Device = m.Device.Number };
                break;

            // Places that the aggregator moves to are refused live, and so nobody sees it move.
            default:
                throw new WireException($"A {seen.What.GetType().Name} has no place in live.proto.");
        }

        return form;
    }

    /// <summary>The observation of an encoded form.</summary>
    /// <exception cref="WireException">It is none.</exception>
    public static Seen Read(Wire.Seen form) => new(new VirtualTime(LiveForms.NotNegative(form.At)), form.WhatCase switch
    {
        Wire.Seen.WhatOneofCase.RoundEnded => new RoundEnded(
            Stage(form.RoundEnded.Stage), LiveForms.Count(form.RoundEnded.Round), [.. form.RoundEnded.Model.Select(LiveForms.Blob)],
            form.RoundEnded.Loss, LiveForms.Count(form.RoundEnded.Participants))
        { Generation = LiveForms.Count(form.RoundEnded.Generation) },
        Wire.Seen.WhatOneofCase.GateRolled => new GateRolled(LiveForms.Blob(form.GateRolled.Gate)),
        Wire.Seen.WhatOneofCase.MatrixReleased => new MatrixReleased(LiveForms.Count(form.MatrixReleased.Client), form.MatrixReleased.Release),
        Wire.Seen.WhatOneofCase.ExpertTrained => new ExpertTrained(
            LiveForms.Count(form.ExpertTrained.Client), LiveForms.Blob(form.ExpertTrained.Expert), LiveForms.Blob(form.ExpertTrained.Extractor)),
        Wire.Seen.WhatOneofCase.RequestMark => new RequestMark(
            LiveForms.Count(form.RequestMark.Client), LiveForms.Count(form.RequestMark.Pass), LiveForms.Count(form.RequestMark.Request), form.RequestMark.Finished),
        Wire.Seen.WhatOneofCase.PassAnswered => new PassAnswered(
            LiveForms.Count(form.PassAnswered.Client), LiveForms.Count(form.PassAnswered.Pass), LiveForms.Blob(form.PassAnswered.Probabilities),
            [.. form.PassAnswered.Chosen.Select(LiveForms.Count)], [.. form.PassAnswered.Answered.Select(LiveForms.Count)]),
        Wire.Seen.WhatOneofCase.ExpertsNamed => new ExpertsNamed([.. form.ExpertsNamed.Experts.Select(LiveForms.Count)])
        {
            Unlearned = [.. form.ExpertsNamed.Unlearned.Select(LiveForms.Count)],
            Silent = [.. form.ExpertsNamed.Silent.Select(LiveForms.Count)],
        },
        Wire.Seen.WhatOneofCase.DeadlinePassed => new DeadlinePassed(
            LiveForms.Device(form.DeadlinePassed.Waited), form.DeadlinePassed.Stage, LiveForms.Count(form.DeadlinePassed.Round),
            [.. form.DeadlinePassed.Missing.Select(LiveForms.Device)], new TimeSpan(LiveForms.NotNegative(form.DeadlinePassed.Length))),
        Wire.Seen.WhatOneofCase.Answered => new Answered(),
        Wire.Seen.WhatOneofCase.ClientLeft => new ClientLeft(LiveForms.Count(form.ClientLeft.Client)),
        Wire.Seen.WhatOneofCase.DeviceLost => new DeviceLost(LiveForms.Device(form.DeviceLost.Device), form.DeviceLost.Reason, form.DeviceLost.Returns),
        Wire.Seen.WhatOneofCase.DeviceReturned => new DeviceReturned(LiveForms.Device(form.DeviceReturned.Device)),
        _ => throw new WireException("An observation came without anything that was seen."),
    });

    private static IEnumerable<uint> Numbers(IEnumerable<int> clients) => clients.Select(client => (uint)client);

    private static TrainingStage Stage(uint stage) => stage <= (uint)TrainingStage.Rolling
        ? (TrainingStage)stage
        : throw new WireException(FormattableString.Invariant($"There is no training stage {stage}."));
}
