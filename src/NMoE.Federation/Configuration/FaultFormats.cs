using System.Collections.Immutable;
using System.Globalization;
using NMoE.Federation.Protocol;
using NMoE.Simulation.Faults;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Configuration;

/// <summary>A list of sentences, each of which says one thing.</summary>
internal abstract record SentencesFormat<T>(string Legal) : Format<ImmutableArray<T>>(Legal)
{
    public sealed override Reading<ImmutableArray<T>> Read(RawValue raw)
    {
        if (raw is not RawValue.Items items)
            return Reading<ImmutableArray<T>>.Wrong($"{raw} is not a list");
        var read = ImmutableArray.CreateBuilder<T>();
        foreach (var text in items.Texts)
        {
            try
            {
                var words = new Words(text);
                var item = Sentence(words);
                words.End();
                read.Add(item);
            }
            catch (FormatException wrong)
            {
                return Reading<ImmutableArray<T>>.Wrong($"number {read.Count + 1}, \"{text}\": {wrong.Message}");
            }
        }

        return Reading<ImmutableArray<T>>.Of(read.ToImmutable());
    }

    public sealed override string Write(ImmutableArray<T> value) => $"[{string.Join(", ", value.Select(item => Quote(Sentence(item))))}]";

    /// <summary>A sentence as it is written.</summary>
    public abstract string Sentence(T item);

    protected abstract T Sentence(Words words);

    protected static string Time(TimeSpan time) => Measures.Duration("0 us", "10000 h").Write(time);
}

/// <summary>What happens to messages.</summary>
internal sealed record RulesFormat() : SentencesFormat<MessageFault>(
    "a list such as [\"drop 10 % of RoundUpdate from clients to aggregator\", \"delay 5 % of any by 2 s\", \"duplicate 1 % of any by 1 s between 10 s and 1 min\"]")
{
    private static readonly VirtualTime Never = new(long.MaxValue);

    private static readonly ImmutableArray<(string Name, FaultVerb Value)> Verbs =
    [
        ("drop", FaultVerb.Drop), ("corrupt", FaultVerb.Corrupt), ("delay", FaultVerb.Delay), ("duplicate", FaultVerb.Duplicate), ("reorder", FaultVerb.Reorder),
    ];

    public override string Sentence(MessageFault item)
    {
        var verb = Verbs.First(known => known.Value == item.Verb).Name;
        var words = string.Create(CultureInfo.InvariantCulture, $"{verb} {item.Percent:R} % of {item.Kind ?? "any"} from {item.From} to {item.To}");
        words += item.By > TimeSpan.Zero ? $" by {Time(item.By)}" : "";
        return item.Begin == VirtualTime.Zero && item.End == Never ? words
            : $"{words} between {Time(item.Begin - VirtualTime.Zero)} and {Time(item.End - VirtualTime.Zero)}";
    }

    protected override MessageFault Sentence(Words words)
    {
        var verb = words.One("verb of a rule (drop, corrupt, delay, duplicate, reorder)", [.. Verbs]);
        var percent = words.Number("percentage", 0, 100);
        words.Expect("%");
        words.Expect("of");
        var kind = Kind(words.Next("a kind of message"));
        var from = words.Has("from") ? words.Devices() : DeviceGroup.Any;
        var to = words.Has("to") ? words.Devices() : DeviceGroup.Any;
        var by = words.Has("by") ? words.Duration() : TimeSpan.Zero;
        if ((by > TimeSpan.Zero) != (verb is FaultVerb.Delay or FaultVerb.Duplicate or FaultVerb.Reorder))
            throw new FormatException(by > TimeSpan.Zero ? "drop and corrupt take no time" : "it says not by what time, as in 'by 2 s'");
        var (begin, end) = (VirtualTime.Zero, Never);
        if (words.Has("between"))
        {
            begin += words.Duration();
            words.Expect("and");
            end = VirtualTime.Zero + words.Duration();
        }

        return end.CompareTo(begin) > 0
            ? new MessageFault(verb, by, percent, kind, from, to, begin, end)
            : throw new FormatException("its end does not lie after its beginning");
    }

    private static string? Kind(string name) => name == "any" ? null
        : WireCodec.Kinds.Contains(name) ? name
        : throw new FormatException($"'{name}' is no kind of message; write any or one of {string.Join(", ", WireCodec.Kinds)}");
}

/// <summary>What happens to devices.</summary>
internal sealed record ScheduleFormat() : SentencesFormat<ScheduledFault>(
    "a list such as [\"at 100 s crash client-3 for 60 s\", \"at start of serving kill client-1\", \"at 0 s slow client-2 by 3 for 1 h\", \"at 10 s partition client-1+client-2 from any for 30 s\", \"at 10 s hold clients from aggregator for 5 s\"]")
{
    private static readonly ImmutableArray<(string Name, DeviceVerb Value)> Verbs =
    [
        ("crash", DeviceVerb.Crash), ("kill", DeviceVerb.Kill), ("slow", DeviceVerb.Slow), ("partition", DeviceVerb.Partition), ("hold", DeviceVerb.Hold),
    ];

    public override string Sentence(ScheduledFault item)
    {
        var words = $"at {When(item)} {Verbs.First(known => known.Value == item.Verb).Name} {item.Who}";
        words += item.From is { } others ? $" from {others}" : "";
        words += item.Verb == DeviceVerb.Slow ? string.Create(CultureInfo.InvariantCulture, $" by {item.Factor:R}") : "";
        return item.For > TimeSpan.Zero ? $"{words} for {Time(item.For)}" : words;
    }

    protected override ScheduledFault Sentence(Words words)
    {
        words.Expect("at");
        var (at, stage) = When(words);
        var verb = words.One("verb of a schedule (crash, kill, slow, partition, hold)", [.. Verbs]);
        var who = words.Devices();
        DeviceGroup? from = null;
        if (verb is DeviceVerb.Partition or DeviceVerb.Hold)
        {
            words.Expect("from");
            from = words.Devices();
        }

        var factor = 1.0;
        if (verb == DeviceVerb.Slow)
        {
            words.Expect("by");
            factor = words.Number("factor", 1, 1e6);
        }

        var duration = words.Has("for") ? words.Duration() : TimeSpan.Zero;
        return (verb, duration > TimeSpan.Zero) switch
        {
            (DeviceVerb.Kill, true) => throw new FormatException("what is killed does not return; write crash"),
            (DeviceVerb.Slow or DeviceVerb.Partition or DeviceVerb.Hold, false) => throw new FormatException("it says not for how long, as in 'for 30 s'"),
            _ => new ScheduledFault(at, verb, who, from, factor, duration) { Stage = stage },
        };
    }

    private static string When(ScheduledFault item) => item.Stage is null ? Time(item.At) : item.At == TimeSpan.Zero ? $"start of {item.Stage}" : $"{Time(item.At)} after start of {item.Stage}";

    private static (TimeSpan At, string? Stage) When(Words words)
    {
        if (words.Has("start"))
            return (TimeSpan.Zero, Stage(words));
        var at = words.Duration();
        if (!words.Has("after"))
            return (at, null);
        words.Expect("start");
        return (at, Stage(words));
    }

    private static string Stage(Words words)
    {
        words.Expect("of");
        return words.One($"stage ({string.Join(", ", Stages.Startable)})", [.. Stages.Startable.Select(stage => (stage, stage))]);
    }
}
