using NMoE.Cli.Costing;
using NMoE.Cli.Running;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Configuration;

namespace NMoE.Cli.Tests.Running;

/// <summary>What a job takes beside its arithmetic, really measured in a store beside that of the experiment.</summary>
public sealed class JobOverheadTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("nmoe-overhead-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("store")]
    [InlineData("store/")]
    [InlineData("not/there/yet")]
    public void A_job_takes_some_time_and_nothing_is_left_of_the_measurement(string store)
    {
        var overhead = Measure(store, CancellationToken.None);

        Assert.InRange(overhead.SecondsPerJob, double.Epsilon, double.MaxValue);
        Assert.InRange(overhead.SecondsPerByte, 0, double.MaxValue);
        Assert.Empty(Left());
    }

    [Fact]
    public void Nothing_is_left_of_one_that_was_stopped()
    {
        Assert.ThrowsAny<OperationCanceledException>(() => Measure("store", new CancellationToken(canceled: true)));
        Assert.Empty(Left());
    }

    private JobOverhead Measure(string store, CancellationToken cancellation)
    {
        var settings = ExperimentReader.Read(
            "x.conf", ["experiment.clients=2", "compute.threads=1", $"compute.store.path={Path.Combine(_folder.FullName, store)}"], _ => string.Empty).Settings;
        var catalog = Places.Catalog(settings);
        return JobOverhead.Measure(Plans.Of(settings, catalog.Open(settings.Data.Name, settings.Seed, settings.Data.Reading).Spec), catalog, cancellation);
    }

    private string[] Left() => Directory.GetFileSystemEntries(_folder.FullName, "*-measured-*", SearchOption.AllDirectories);
}
