using System.CommandLine;
using NMoE.Cli.Running;
using NMoE.Federation.Configuration;
using NMoE.Learning.Data;
using NMoE.Learning.Fetching;

namespace NMoE.Cli.Commands;

/// <summary><c>nmoe data get cifar10</c>: downloads the official archive.</summary>
internal static class DataCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "cifar10" };
        name.AcceptOnlyFromAmong("cifar10");
        var source = new Option<string>("--from") { Description = "The same archive elsewhere: an address with http://, https:// or file://, or the path of a file.", DefaultValueFactory = _ => Cifar10Archive.OfficialSource };
        var target = Arguments.Path("--to", "Folder.", () => Cifar10Folder.Default);
        var get = new Command("get", "Download a data set, check it and unpack it; goes on where it was cut off.") { name, source, target };
        get.SetAction((parsed, _) => StopSignals.Until("What has come is kept; the same command goes on from there.", async stop =>
        {
            using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
            var shown = -1L;
            var progress = new Progress<FetchProgress>(at =>
            {
                var percent = 100 * at.Received / Math.Max(1, at.Total);
                if (Interlocked.Exchange(ref shown, percent) != percent && percent % 5 == 0)
                {
                    Console.Error.WriteLine(FormattableString.Invariant($"{percent} % of {at.Total / 1_000_000} MB"));
                }
            });
            var destination = parsed.GetRequiredValue(target);
            var found = await new Cifar10Archive(http, ArchiveSpec.Cifar10).GetAsync(Place(parsed.GetRequiredValue(source)), destination, progress, stop).ConfigureAwait(false);
            if (found.Remark is { } remark)
                Console.Error.WriteLine(remark);
            Console.Out.WriteLine(destination);
            return ExitCodes.Success;
        }));
        return new Command("data", "Get data sets.") { get };
    }

    private static ArchivePlace Place(string written) => (HomePath.Problem(written) is null ? ArchivePlace.Read(UserPath.Expand(written)) : null)
        ?? throw new BadArgumentException(
            "--from", $"'{written}' is no place of an archive", "Write an address with http://, https:// or file:// (three slashes before a path from the root), or the path of a file");
}
