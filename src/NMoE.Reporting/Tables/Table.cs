using System.Collections.Immutable;

namespace NMoE.Reporting.Tables;

/// <summary>Rows of text under headings.</summary>
/// <param name="Title">What the rows are.</param>
/// <param name="Columns">Headings, with units.</param>
/// <param name="Rows">Cells, as many in each row as there are columns.</param>
internal sealed record Table(string Title, ImmutableArray<Column> Columns, ImmutableArray<ImmutableArray<string>> Rows);

/// <summary>A column.</summary>
/// <param name="Heading">Heading, with a unit.</param>
/// <param name="Align">On which side its cells stand.</param>
internal sealed record Column(string Heading, Side Align);

/// <summary>A side.</summary>
internal enum Side
{
    /// <summary>For words.</summary>
    Left,

    /// <summary>For numbers.</summary>
    Right,
}
