using System.Collections.Frozen;
using System.Collections.Immutable;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Time;
using static NMoE.Cluster.Live.LiveForms;
using Case = NMoE.Cluster.Live.Wire.Seen.WhatOneofCase;

namespace NMoE.Cluster.Live;

/// <summary>Observations to and from their Protobuf form. Places that the aggregator moves to are refused live, and so nobody sees it move.</summary>
internal static class SeenForms
{
    private static readonly ImmutableArray<SeenForm> s_all =
    [
        Of<RoundEnded, Wire.RoundEnded>(
            m => new()
            {
                Stage = (uint)Stages.Trained.IndexOf(m.Stage),
                Round = (uint)m.Round,
                Model = { m.Model.Select(Blob) },
                Loss = m.Loss,
                Participants = (uint)m.Participants,
                Ring = (uint)(m.Generation + 1 ?? 0),
            },
            read => new(Stage(read.Stage), Count(read.Round), [.. read.Model.Select(Blob)], read.Loss, Count(read.Participants)) { Generation = read.Ring == 0 ? null : Count(read.Ring - 1) }),
        Of<RingEnded, Wire.RingEnded>(
            m => new() { Stage = (uint)Stages.Trained.IndexOf(m.Stage), Model = { m.Model.Select(Blob) } }, read => new(Stage(read.Stage), [.. read.Model.Select(Blob)])),
        Of<MatrixReleased, Wire.MatrixReleased>(m => new() { Client = (uint)m.Client, Release = m.Release }, read => new(Count(read.Client), read.Release)),
        Of<ExpertTrained, Wire.ExpertTrained>(
            m => new() { Client = (uint)m.Client, Expert = Blob(m.Expert), Extractor = Blob(m.Extractor) },
            read => new(Count(read.Client), Blob(read.Expert), Blob(read.Extractor))),
        Of<RequestMark, Wire.RequestMark>(
            m => new() { Client = (uint)m.Client, Pass = (uint)m.Pass, Request = (uint)m.Request, Finished = m.Finished },
            read => new(Count(read.Client), Count(read.Pass), Count(read.Request), read.Finished)),
        Of<PassAnswered, Wire.PassAnswered>(
            m => new()
            {
                Client = (uint)m.Client,
                Pass = (uint)m.Pass,
                Probabilities = Blob(m.Probabilities),
                Chosen = { Numbers(m.Chosen) },
                Answered = { Numbers(m.Answered) },
            },
            read => new(Count(read.Client), Count(read.Pass), Blob(read.Probabilities), Numbers(read.Chosen), Numbers(read.Answered))),
        Of<ExpertsNamed, Wire.ExpertsNamed>(
            m => new() { Experts = { Numbers(m.Experts) }, Unlearned = { Numbers(m.Unlearned) }, Silent = { Numbers(m.Silent) } },
            read => new(Numbers(read.Experts)) { Unlearned = Numbers(read.Unlearned), Silent = Numbers(read.Silent) }),
        Of<DeadlinePassed, Wire.DeadlinePassed>(
            m => new()
            {
                Waited = m.Waited.Number,
                Stage = m.Stage,
                Round = (uint)m.Round,
                Missing = { m.Missing.Select(device => device.Number) },
                Length = m.Length.Ticks,
            },
            read => new(Device(read.Waited), read.Stage, Count(read.Round), [.. read.Missing.Select(Device)], new TimeSpan(NotNegative(read.Length)))),
        Of<Answered, Wire.Answered>(_ => new(), _ => new()),
        Of<ClientLeft, Wire.ClientLeft>(m => new() { Client = (uint)m.Client }, read => new(Count(read.Client))),
        Of<DeviceLost, Wire.DeviceLost>(
            m => new() { Device = m.Device.Number, Reason = m.Reason, Returns = m.Returns }, read => new(Device(read.Device), read.Reason, read.Returns)),
        Of<DeviceReturned, Wire.DeviceReturned>(m => new() { Device = m.Device.Number }, read => new(Device(read.Device))),
    ];

    private static readonly FrozenDictionary<Type, SeenForm> s_byType = s_all.ToFrozenDictionary(form => form.Type);
    private static readonly FrozenDictionary<Case, SeenForm> s_byCase = s_all.ToFrozenDictionary(form => form.Case);

    /// <summary>The Protobuf form.</summary>
    /// <exception cref="WireException">The observation has no place in the schema.</exception>
    public static Wire.Seen Write(Seen seen)
    {
        if (!s_byType.TryGetValue(seen.What.GetType(), out var form))
        {
            throw new WireException($"A {seen.What.GetType().Name} has no place in live.proto.");
        }

        var written = new Wire.Seen { At = seen.At.Ticks, Mark = seen.Mark is { } mark ? new() { Device = mark.Device.Number, Version = (ulong)mark.Version, Index = (uint)mark.Index } : null };
        form.Write(written, seen.What);
        return written;
    }

    /// <summary>The observation of an encoded form.</summary>
    /// <exception cref="WireException">It is none.</exception>
    public static Seen Read(Wire.Seen form) => s_byCase.TryGetValue(form.WhatCase, out var what)
        ? new(new VirtualTime(NotNegative(form.At)), what.Read(form)) { Mark = form.Mark is { } mark ? Mark(mark) : null }
        : throw new WireException("An observation came without anything that was seen.");

    private static SeenMark Mark(Wire.SeenMark form) => Device(form.Device) is { IsClient: false } server
        ? new(server, Size(form.Version), Count(form.Index))
        : throw new WireException(FormattableString.Invariant($"The client {form.Device} let something be seen as a server does."));

    private static SeenForm Of<TSeen, TForm>(Func<TSeen, TForm> write, Func<TForm, TSeen> read)
        where TSeen : Observation
        where TForm : class
    {
        var field = OneofField.Of<Wire.Seen, TForm>();
        return new(typeof(TSeen), Enum.Parse<Case>(field.Name), (seen, what) => field.Set(seen, write((TSeen)what)), seen => read(field.Get(seen)));
    }

    private static IEnumerable<uint> Numbers(IEnumerable<int> clients) => clients.Select(client => (uint)client);

    private static ImmutableArray<int> Numbers(IEnumerable<uint> clients) => [.. clients.Select(Count)];

    private static string Stage(uint stage) => stage < (uint)Stages.Trained.Length
        ? Stages.Trained[(int)stage]
        : throw new WireException(FormattableString.Invariant($"There is no training stage {stage}."));

    private sealed record SeenForm(Type Type, Case Case, Action<Wire.Seen, Observation> Write, Func<Wire.Seen, Observation> Read);
}
