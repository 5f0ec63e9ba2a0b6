namespace NMoE.Reporting.Files;

/// <summary>Names of what a run leaves behind in its folder.</summary>
public static class RunFiles
{
    /// <summary>What the run is and how far it came.</summary>
    public const string Manifest = "manifest.json";

    /// <summary>Every key that the run was told, defaults included.</summary>
    public const string EffectiveConfig = "effective.conf";

    /// <summary>A line for each round, pass and comparison.</summary>
    public const string Metrics = "metrics.jsonl";

    /// <summary>Bytes by stage, link and kind of message.</summary>
    public const string Ledger = "ledger.csv";

    /// <summary>What devices did in some rounds.</summary>
    public const string Timeline = "timeline.csv";

    /// <summary>Bytes over links.</summary>
    public const string Links = "links.csv";

    /// <summary>Energy of devices.</summary>
    public const string Energy = "energy.csv";

    /// <summary>Accuracy by client.</summary>
    public const string Clients = "clients.csv";

    /// <summary>Pictures by client and class.</summary>
    public const string Classes = "classes.csv";

    /// <summary>When each round ended and how long it took.</summary>
    public const string Rounds = "rounds.csv";

    /// <summary>The report, for programs.</summary>
    public const string Report = "report.json";

    /// <summary>The report, for people: one page that needs no other file.</summary>
    public const string Page = "report.html";

    /// <summary>Folder of figures.</summary>
    public const string Figures = "figures";

    /// <summary>Folder of models.</summary>
    public const string Models = "models";
}
