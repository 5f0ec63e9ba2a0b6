namespace NMoE.Reporting.Figures;

/// <summary>A drawn figure.</summary>
/// <param name="Name">File name without extension, such as <c>gating-fedgate-iid</c>.</param>
/// <param name="Caption">A sentence that says what is shown.</param>
/// <param name="Png">A picture at 300 dots per inch.</param>
/// <param name="Svg">The same as vectors, with text as outlines: it needs no font and no other file.</param>
/// <param name="Pdf">The same as a page of its size.</param>
public sealed record Figure(string Name, string Caption, ReadOnlyMemory<byte> Png, string Svg, ReadOnlyMemory<byte> Pdf);
