using System.Text;
using NMoE.Reporting.Tables;

namespace NMoE.Reporting.Tests.Tables;

/// <summary>A table on terminals of any width.</summary>
public sealed class TableTextSpecs
{
    private static readonly Table Sample = new(
        "What came (of all that was asked for)",
        [new("Gate", Side.Left), new("Client accuracy (%)", Side.Right), new("AUC (%)", Side.Right), new("Whose", Side.Left)],
        [["Specialist", "87.80", "99.09", "client-0"], ["Fed", "7.80", "-", "client-10"]]);

    /// <summary>Whole headings take 51 characters, words of headings 38, and then each cell has a line.</summary>
    [Theory]
    [InlineData(int.MaxValue, "What came (of all that was asked for)", "Gate        Client accuracy (%)  AUC (%)  Whose", "----------  -------------------  -------  ---------", "Specialist                87.80    99.09  client-0", "Fed                        7.80        -  client-10")]
    [InlineData(51, "What came (of all that was asked for)", "Gate        Client accuracy (%)  AUC (%)  Whose", "----------  -------------------  -------  ---------", "Specialist                87.80    99.09  client-0", "Fed                        7.80        -  client-10")]
    [InlineData(50, "What came (of all that was asked for)", "              Client", "            accuracy    AUC", "Gate             (%)    (%)  Whose", "----------  --------  -----  ---------", "Specialist     87.80  99.09  client-0", "Fed             7.80      -  client-10")]
    [InlineData(38, "What came (of all that was asked for)", "              Client", "            accuracy    AUC", "Gate             (%)    (%)  Whose", "----------  --------  -----  ---------", "Specialist     87.80  99.09  client-0", "Fed             7.80      -  client-10")]
    [InlineData(26, "What came (of all that was", "asked for)", "- Gate: Specialist", "  Client accuracy (%): 87.80", "  AUC (%): 99.09", "  Whose: client-0", "- Gate: Fed", "  Client accuracy (%): 7.80", "  AUC (%): -", "  Whose: client-10")]
    public void A_table_takes_the_widest_form_that_fits(int width, params string[] lines)
    {
        var text = new StringBuilder();
        TableText.AppendPlain(text, Sample, width);
        Assert.Equal(lines, text.ToString().TrimEnd('\n').Split('\n'));
    }
}
