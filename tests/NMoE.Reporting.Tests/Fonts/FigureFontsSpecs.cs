using NMoE.Reporting.Figures;

namespace NMoE.Reporting.Tests.Fonts;

public class FigureFontsSpecs
{
    [Fact]
    public void Both_faces_come_from_the_assembly_and_ScottPlot_finds_them()
    {
        FigureFonts.Register();

        Assert.Equal("DejaVu Sans", FigureFonts.Regular.FamilyName);
        Assert.True(FigureFonts.Bold.IsBold);
        Assert.Same(FigureFonts.Regular, ScottPlot.Fonts.GetTypeface(FigureFonts.Family, bold: false, italic: false));
        Assert.Same(FigureFonts.Bold, ScottPlot.Fonts.GetTypeface(FigureFonts.Family, bold: true, italic: false));
    }

    [Fact]
    public void The_licence_travels_with_the_fonts() =>
        Assert.Contains("Permission is hereby granted, free of charge, to any person obtaining a copy", FigureFonts.Licence.ReplaceLineEndings(" ").Replace("  ", " "));
}
