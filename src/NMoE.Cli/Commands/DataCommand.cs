using System.CommandLine;
using NMoE.Cli.DataSets;
using NMoE.Cli.Running;
using NMoE.Federation.Configuration;
using NMoE.Learning.Data;
using NMoE.Learning.Fetching;

namespace NMoE.Cli.Commands;

/// <summary><c>nmoe data</c>: fetches data sets, looks at those of an experiment, and writes what its clients are dealt.</summary>
internal static class DataCommand
{
    private const string PathOption = "--to";

    /// <summary>The command.</summary>
    public static Command Create() => new("data", "Get data sets, look at an experiment's, and write them as arrays.") { Get(), Check(), Export() };

    private static Command Get()
    {
        var name = new Argument<string>("NAME") { Description = string.Join(", ", SetSpec.All.Select(set => set.Name)) };
        name.AcceptOnlyFromAmong([.. SetSpec.All.Select(set => set.Name)]);
        var source = new Option<string?>("--from")
        {
            Description = "The same archive elsewhere: an address with http://, https:// or file://, or the path of a file; of a set in several files, the folder that holds them.",
        };
        var target = Arguments.Path(PathOption, "Folder. Default: where data.path = \"\" looks.");
        var get = new Command("get", "Download a data set, check it and unpack it; goes on where it was cut off.") { name, source, target };
        get.SetAction((parsed, _) => StopSignals.Until("What has come is kept; the same command goes on from there.", async stop =>
        {
            using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
            var from = parsed.GetValue(source) is { } written ? Place(written) : null;
            Console.Out.WriteLine(await Fetch(http, parsed.GetRequiredValue(name), from, parsed.GetValue(target), stop).ConfigureAwait(false));
            return ExitCodes.Success;
        }));
        return get;
    }

    private static async Task<string> Fetch(HttpClient http, string name, ArchivePlace? from, string? target, CancellationToken stop)
    {
        var spec = SetSpec.All.Single(set => set.Name == name);
        var folder = target ?? DataFolders.Default(spec.Folder);
        await new SetArchive(http, spec).GetAsync(from, folder, Shown(), stop).ConfigureAwait(false);
        return folder;
    }

    private static Command Check()
    {
        var file = Arguments.Configuration();
        var sets = Arguments.Sets();
        var sheet = Arguments.Path("--sheet", "Write a row of pictures for each class into this PNG file.");
        var check = new Command(
            "check", "Say what an experiment's data are: pictures by class and client, and what is wrong. Example:\n  nmoe data check experiments/mnist.conf --sheet mnist.png") { file, sets, sheet };
        check.SetAction(parsed =>
        {
            var read = ExperimentFile.Read(parsed.GetRequiredValue(file), parsed.GetRequiredValue(sets));
            Warnings.Say(read.Warnings);
            var summary = DataSummary.Of(read.Settings, Places.Catalog(read.Settings));
            foreach (var line in summary.Lines())
                Console.Out.WriteLine(line);
            if (parsed.GetValue(sheet) is { } path)
            {
                PictureSheet.Write(summary.Data.Source, path);
                Console.Out.WriteLine("sheet      " + path);
            }

            foreach (var wrong in summary.Wrong)
                Console.Error.WriteLine("error: " + wrong);
            return summary.Wrong.IsEmpty ? ExitCodes.Success : ExitCodes.BadInput;
        });
        return check;
    }

    private static Command Export()
    {
        var file = Arguments.Configuration();
        var sets = Arguments.Sets();
        var target = Arguments.Path(PathOption, "File. Default: NAME.npz, by the experiment's name.");
        var export = new Command(
            "export", "Write what an experiment's clients are dealt as NumPy's arrays x, y, client, x_test, y_test and client_test. Example:\n  nmoe data export experiments/quickstart.conf --to quickstart.npz") { file, sets, target };
        export.SetAction(parsed =>
        {
            var read = ExperimentFile.Read(parsed.GetRequiredValue(file), parsed.GetRequiredValue(sets));
            Warnings.Say(read.Warnings);
            var catalog = Places.Catalog(read.Settings);
            var path = parsed.GetValue(target) ?? read.Settings.Experiment.Name + ".npz";
            var (train, test) = DataExport.Write(Shards.Of(read.Settings, catalog).Plan, catalog, path);
            Console.Out.WriteLine(FormattableString.Invariant($"{path}: {train} training and {test} test pictures of {read.Settings.Experiment.Clients} clients"));
            return ExitCodes.Success;
        });
        return export;
    }

    private static Progress<FetchProgress> Shown()
    {
        var shown = -1L;
        return new(at =>
        {
            var percent = 100 * at.Received / Math.Max(1, at.Total);
            if (Interlocked.Exchange(ref shown, percent) != percent && percent % 5 == 0)
                Console.Error.WriteLine(FormattableString.Invariant($"{percent} % of {at.Total / 1_000_000} MB"));
        });
    }

    private static ArchivePlace Place(string written) => (HomePath.Problem(written) is null ? ArchivePlace.Read(UserPath.Expand(written)) : null)
        ?? throw new BadArgumentException(
            "--from", $"'{written}' is no place of an archive", "Write an address with http://, https:// or file:// (three slashes before a path from the root), or the path of a file");
}
