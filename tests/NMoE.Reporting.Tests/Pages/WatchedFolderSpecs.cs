using NMoE.Reporting.Watching;

namespace NMoE.Reporting.Tests.Pages;

/// <summary>For how long a look at a run's files is good enough.</summary>
public sealed class WatchedFolderSpecs
{
    /// <summary>Two seconds are asked for: a look of 20 ms is a hundredth of them, one of 100 ms a hundredth of ten seconds; beyond 300 ms it is half a minute, unless more is asked for. Where each look is to be anew, it is.</summary>
    [Theory]
    [InlineData(2, 0, 2)]
    [InlineData(2, 0.02, 2)]
    [InlineData(2, 0.1, 10)]
    [InlineData(2, 0.3, 30)]
    [InlineData(2, 5, 30)]
    [InlineData(60, 5, 60)]
    [InlineData(0, 5, 0)]
    public void A_look_takes_a_hundredth_of_a_processor_and_is_taken_twice_a_minute(double freshness, double took, double expected) =>
        Assert.Equal(TimeSpan.FromSeconds(expected), WatchedFolder.GoodFor(TimeSpan.FromSeconds(freshness), TimeSpan.FromSeconds(took)));
}
