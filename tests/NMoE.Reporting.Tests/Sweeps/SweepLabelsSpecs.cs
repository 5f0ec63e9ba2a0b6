using NMoE.Federation.Sweeps;
using NMoE.Reporting.Sweeps;

namespace NMoE.Reporting.Tests.Sweeps;

/// <summary>What figures cannot show of names that users type is told when the file is read; a table that may grow.</summary>
public sealed class SweepLabelsSpecs
{
    private static readonly string Long = new('W', 60);

    public static TheoryData<string, string> Troubles => new()
    {
        { "\"\u65E5\u672C\" { seed = 1 }, b { seed = 2 }", "The typeface of figures has no sign for \u65E5, \u672C, in '\u65E5\u672C': figures show a box there." },
        { "\"a \U0001F680\" { seed = 1 }, b { seed = 2 }", "The typeface of figures has no sign for \U0001F680, in 'a \U0001F680': figures show a box there." },
        { $"{Long} {{ seed = 1 }}, b {{ seed = 2 }}", $"Too long for a figure's legend, which cuts them off: '{Long}'." },
        {
            string.Join(", ", Enumerable.Range(0, 12).Select(number => $"\"a label number {number}\" {{ seed = {number} }}")),
            "The 12 labels of the axis 'a' do not fit beside each other below a figure: they overlap."
        },
    };

    [Theory]
    [MemberData(nameof(Troubles))]
    public void Labels_that_figures_cannot_show_are_told(string labels, string warning) => Assert.Contains(warning, Warnings($"a {{ {labels} }}", "fedgate"));

    [Fact]
    public void Nine_curves_of_eight_colours_are_told() => Assert.Equal(
        ["A figure of 9 curves has as many only by name: colours and marks come round again after 8."],
        Warnings("a { x { gate.rounds = 3 } }\n axes.b { " + string.Join(", ", Enumerable.Range(1, 9).Select(number => $"b{number} {{ seed = {number} }}")) + " }", "fedgate"));

    [Theory]
    [InlineData("\"\u0391\u03B8\u03AE\u03BD\u03B1\" { seed = 1 }, \"\u041C\u043E\u0441\u043A\u0432\u0430\" { seed = 2 }")]
    [InlineData("\"1e-5\" { seed = 1 }, 10 { seed = 2 }")]
    public void Labels_that_figures_can_show_are_not(string labels) => Assert.Empty(Warnings($"a {{ {labels} }}", "fedgate"));

    /// <summary>What reads as a number but has no place of its own on an axis stands there as a word.</summary>
    [Theory]
    [InlineData(true, "1", "2.5", "1e3")]
    [InlineData(false, "1", "NaN")]
    [InlineData(false, "1", "Infinity")]
    [InlineData(false, "1", "1e999")]
    [InlineData(false, "1", "1.0")]
    [InlineData(false, "1", "one")]
    public void Numbers_stand_where_they_belong_and_all_else_one_after_the_other(bool numeric, params string[] labels)
    {
        var places = SweepAxis.Places(labels);
        Assert.Equal(numeric, SweepAxis.IsNumeric(labels));
        Assert.Equal(labels.Length, places.Values.Distinct().Count(double.IsFinite));
    }

    private static IEnumerable<string> Warnings(string axes, string gates) => SweepLabels.Warnings(SweepReader.Read(
        "s.conf", [], [], _ => $"experiment.name = s\nsweep {{ axes.{axes}\n figure {{ axis = a, title = \"T\", gates = [{gates}] }} }}"));
}
