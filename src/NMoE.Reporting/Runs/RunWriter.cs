using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using NMoE.Federation.Records;
using NMoE.Reporting.Canonical;
using NMoE.Reporting.Figures;
using NMoE.Reporting.Files;
using NMoE.Reporting.Pages;
using NMoE.Reporting.Records;

namespace NMoE.Reporting.Runs;

/// <summary>
/// Writes what a run leaves behind. Every file appears whole or not at all, and one that was there before stays until the new one is
/// complete.
/// </summary>
public sealed class RunWriter
{
    private ImmutableSortedDictionary<string, string> _files = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    private ImmutableArray<WrittenKey> _keys = [];

    /// <summary>Opens a run's folder, making it if need be, and finds out at once whether it can be written.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <exception cref="OutputNotWritableException">It cannot be made or written.</exception>
    public RunWriter(string folder)
    {
        Folder = Path.GetFullPath(folder);
        var probe = AtomicFile.Write(Path.Combine(Folder, ".writable"), "", Durability.Cached);
        File.Delete(probe);
    }

    /// <summary>The run's folder, absolute.</summary>
    public string Folder { get; }

    /// <summary>Writes <c>manifest.json</c>, with the hashes of the files written so far. Cheap enough for every round: it does not wait until the file is on the disk.</summary>
    /// <param name="manifest">How the run stands now.</param>
    /// <exception cref="OutputNotWritableException">It could not be written.</exception>
    public void WriteManifest(Manifest manifest) => AtomicFile.Write(
        Place(RunFiles.Manifest),
        JsonSerializer.Serialize(_files.IsEmpty ? manifest : manifest with { Files = _files }, RunJson.Indented) + "\n",
        Durability.Cached);

    /// <summary>Writes <c>effective.conf</c>.</summary>
    /// <param name="text">The whole configuration in HOCON.</param>
    /// <exception cref="OutputNotWritableException">It could not be written.</exception>
    public void WriteEffectiveConfig(string text)
    {
        _keys = WrittenKey.Of(text);
        WriteText(RunFiles.EffectiveConfig, text);
    }

    /// <summary>Writes a final model into <c>models/</c>.</summary>
    /// <param name="name">File name, such as <c>expert-3.safetensors</c>.</param>
    /// <param name="bytes">Its content.</param>
    /// <exception cref="UnusableNameException">The name would lead out of the folder.</exception>
    /// <exception cref="OutputNotWritableException">It could not be written.</exception>
    public void WriteModel(string name, ReadOnlySpan<byte> bytes) => Write($"{RunFiles.Models}/{FileName.Check(name)}", bytes);

    /// <summary>Writes <c>rounds.csv</c>.</summary>
    /// <param name="report">The report.</param>
    /// <exception cref="OutputNotWritableException">It could not be written.</exception>
    public void WriteRounds(RunReport report) => WriteText(RunFiles.Rounds, RoundFile.Write(report));

    /// <summary>
    /// Writes all that a finished run has to report: <c>report.json</c>, <c>metrics.jsonl</c>, <c>ledger.csv</c>, <c>figures/</c> and
    /// <c>report.html</c>; and <c>timeline.csv</c>, <c>links.csv</c> and <c>energy.csv</c>, where those were recorded; last the manifest, which lists them.
    /// </summary>
    /// <param name="report">The report.</param>
    /// <param name="manifest">Hashes and times that the page names.</param>
    /// <param name="warn">Told of figures that could not be drawn: the run has finished all the same.</param>
    /// <returns>The files of figures.</returns>
    /// <exception cref="OutputNotWritableException">A file could not be written.</exception>
    public ImmutableArray<string> WriteReport(RunReport report, Manifest manifest, Action<string> warn)
    {
        Write(RunFiles.Report, stream => ReportJson.Write(stream, report));
        Write(RunFiles.Metrics, CanonicalForm.Metrics(report));
        Write(RunFiles.Ledger, stream => CanonicalForm.WriteLedger(stream, report.Ledger));
        if (!report.Timeline.IsEmpty)
            WriteText(RunFiles.Timeline, SpanFile.Write(report.Timeline));
        if (!report.Links.IsEmpty)
            WriteText(RunFiles.Links, LinkFile.Write(report.Links));
        if (!report.Energy.IsEmpty)
            WriteText(RunFiles.Energy, EnergyFile.Write(report.Energy));
        if (!report.Clients.IsEmpty)
            WriteText(RunFiles.Clients, ClientFile.Write(report));
        if (report.Dealt.Any(dealt => dealt.Classes is not null))
            WriteText(RunFiles.Classes, ClientFile.WriteClasses(report));
        var figures = FigureSet.DrawWhatCanBe(report, warn);
        var files = FigureSet.Write(figures, Place(RunFiles.Figures));
        AtomicFile.Write(Place(RunFiles.Page), ReportPage.Render(report, manifest, _keys, [.. _files.Keys], figures));
        WriteManifest(manifest);
        return files;
    }

    /// <summary>Writes a text that is a part of the result.</summary>
    /// <returns>Its path.</returns>
    internal string WriteText(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    /// <summary>Writes a part of the result piece by piece.</summary>
    internal void Write(string name, Action<Stream> write)
    {
        var hash = "";
        AtomicFile.Write(Place(name), stream => hash = StateHash.Of(write, stream), Durability.Synced);
        _files = _files.SetItem(name, hash);
    }

    private string Write(string name, ReadOnlySpan<byte> bytes)
    {
        var path = AtomicFile.Write(Place(name), bytes);
        _files = _files.SetItem(name, StateHash.Of(bytes));
        return path;
    }

    private string Place(string name) => Path.Combine(Folder, name);
}
