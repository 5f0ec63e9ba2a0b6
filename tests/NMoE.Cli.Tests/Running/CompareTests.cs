using System.Collections.Immutable;
using System.CommandLine;
using NMoE.Cli.Commands;
using NMoE.Cli.Running;
using NMoE.Reporting.Files;
using NMoE.Reporting.Records;
using NMoE.Reporting.Runs;

namespace NMoE.Cli.Tests.Running;

/// <summary>A simulated run and a live one stand in their places, or nothing is compared.</summary>
public sealed class CompareTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("nmoe-compare-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(RunWorld.Live, RunWorld.Simulated, "one", "is of a live run, and stands where that of a simulated one is wanted. Exchange the two: nmoe compare OTHER ONE.")]
    [InlineData(RunWorld.Live, RunWorld.Live, "one", "is of a live run, and stands where that of a simulated one is wanted. Name the folder of nmoe run and then that of nmoe live, for each pair.")]
    [InlineData(RunWorld.Simulated, RunWorld.Simulated, "other", "is of a simulated run, and stands where that of a live one is wanted. Name the folder of nmoe run and then that of nmoe live, for each pair.")]
    [InlineData(null, RunWorld.Live, null, "")]
    [InlineData(RunWorld.Simulated, null, "other", "is of a simulated run, and stands where that of a live one is wanted. Name the folder of nmoe run and then that of nmoe live, for each pair.")]
    public void Folders_in_the_wrong_places_are_refused(RunWorld? first, RunWorld? second, string? named, string problem)
    {
        var (one, other) = (Write("one", first), Write("other", second));

        var error = Record.Exception(() => CompareCommand.Create().Parse([one, other]).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false }));

        if (named is null)
        {
            // The places are right; there is nothing in the folders to compare.
            Assert.IsNotType<BadArgumentException>(error);
            return;
        }

        Assert.IsType<BadArgumentException>(error);
        var expected = problem.Replace("OTHER ONE", $"{other} {one}", StringComparison.Ordinal);
        Assert.Equal($"RUN: '{Path.Combine(_folder.FullName, named)}' {expected}", error.Message);
    }

    [Fact]
    public void A_live_run_of_an_older_version_is_known_by_its_rounds()
    {
        var one = Write("one", null);
        Assert.Equal(RunWorld.Simulated, RunReader.WorldOf(one));
        File.WriteAllText(Path.Combine(one, RunFiles.Rounds), "");
        Assert.Equal(RunWorld.Live, RunReader.WorldOf(one));
    }

    private string Write(string name, RunWorld? world)
    {
        var writer = new RunWriter(Path.Combine(_folder.FullName, name));
        writer.WriteManifest(new Manifest(
            name, new string('c', 64), null, null, null, null, null, 1, 1, 0, 0, ImmutableSortedDictionary<string, long>.Empty, ImmutableSortedDictionary<string, long>.Empty,
            new ManifestRun(RunStatus.Finished, null, DateTimeOffset.UnixEpoch, 1, 1, null, "0.1.0"))
        {
            World = world,
        });
        return writer.Folder;
    }
}
