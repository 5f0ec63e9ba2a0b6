using System.Globalization;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Configuration;

/// <summary>Paths that are otherwise than all others.</summary>
internal sealed record PathsFormat() : SentencesFormat<PathRule>(
    "a list such as [\"client-1 to client-2 delay 50 ms loss 5 %\", \"clients to aggregator loss 1 %\"]")
{
    public override string Sentence(PathRule item)
    {
        var words = $"{item.From} to {item.To}";
        words += item.Delay is { } delay ? $" delay {Time(delay)}" : "";
        return item.LossPercent is { } loss ? string.Create(CultureInfo.InvariantCulture, $"{words} loss {loss:R} %") : words;
    }

    protected override PathRule Sentence(Words words)
    {
        var from = words.Devices();
        words.Expect("to");
        var to = words.Devices();
        TimeSpan? delay = words.Has("delay") ? words.Duration() : null;
        double? loss = null;
        if (words.Has("loss"))
        {
            loss = words.Number("percentage", 0, 100);
            words.Expect("%");
        }

        return loss == 100 ? throw new FormatException("over a path that loses all nothing would ever arrive; write less, or a partition in faults.schedule")
            : delay is null && loss is null ? throw new FormatException("it says neither a delay, as in 'delay 50 ms', nor a loss, as in 'loss 5 %'")
            : new PathRule(from, to, delay, loss);
    }
}
