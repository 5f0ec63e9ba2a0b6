namespace NMoE.Reporting.Figures;

/// <summary>What gates, test sets and stages are called in figures and tables.</summary>
internal static class Names
{
    /// <summary>A gate as the paper writes it; an unknown one as it is.</summary>
    public static string OfGate(string gate) => gate switch
    {
        "fedgate" => "FedGate",
        "rangate" => "RanGate",
        "localgate" => "LocalGate",
        Oracle => "OracleGate",
        _ => gate,
    };

    /// <summary>The reference that sends nothing.</summary>
    public const string Oracle = "oraclegate";

    /// <summary>A test set.</summary>
    public static string OfTest(string test) => test switch
    {
        "iid" => "IID test set",
        "same" => "test set as trained",
        _ => test + " test set",
    };

    /// <summary>A stage.</summary>
    public static string OfStage(string stage) => stage switch
    {
        "extractor" => "Extractor",
        "gate" => "Gate",
        _ => stage,
    };

    /// <summary>Colour and marker of a gate: the same in every figure.</summary>
    public static Series SeriesOfGate(string gate, int position) => gate switch
    {
        "fedgate" => FigureStyle.Of(0),
        "rangate" => FigureStyle.Of(1),
        "localgate" => FigureStyle.Of(2),
        _ => FigureStyle.Of(3 + (position % 3)),
    };
}
