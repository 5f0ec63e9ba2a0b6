using System.Collections.Immutable;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Partitions;

namespace NMoE.Federation.Fuzzing;

/// <summary>How many pictures each client has, in some cases: other numbers for each, down to none. It draws from a sequence of its own: other cases are what they would be without.</summary>
/// <param name="share">The share of cases that it changes.</param>
/// <param name="draw">Choices.</param>
internal sealed class SizesDrawing(double share, Draw draw)
{
    private const int Classes = 10;

    /// <summary>The case with them.</summary>
    public ExperimentSettings In(ExperimentSettings settings) => share == 0 || !draw.Chance(share) ? settings : settings with
    {
        Data = draw.Weighed((1, DrawnForm.LogNormal), (1, DrawnForm.Dirichlet), (2, DrawnForm.File)) switch
        {
            DrawnForm.LogNormal => settings.Data with { Sizes = SizeRule.LogNormal, SizeSpread = draw.Of(0.5, 2), FewestPerClient = draw.Whole(0, 1) },
            DrawnForm.Dirichlet => settings.Data with { Sizes = SizeRule.Dirichlet, SizeSpread = draw.Of(0.1, 1), FewestPerClient = draw.Whole(0, 1) },
            _ => settings.Data with { Partition = FilePartition.PartitionName, Clients = File(settings.Experiment.Clients, 2 * settings.Data.TrainPerClient) },
        },
    };

    private ClientFile File(int clients, int most)
    {
        int[] sizes = [.. Enumerable.Range(0, clients).Select(_ => draw.Chance(0.3) ? 0 : draw.Whole(1, most))];

        // A gate that learns from what is held out finds something there with one client at least.
        if (sizes.Max() < most / 2)
            sizes[draw.Whole(0, clients - 1)] = most / 2;
        var next = 0;
        ImmutableArray<ImmutableArray<int>> rows = [.. sizes.Select(size => Enumerable.Range((next += size) - size, size).ToImmutableArray())];
        return new("drawn", rows)
        {
            Last = (next - 1, next),
            Classes = [.. rows.Select(own => Enumerable.Range(0, Classes).Select(label => own.Count(row => row % Classes == label)).ToImmutableArray())],
        };
    }

    private enum DrawnForm
    {
        LogNormal,
        Dirichlet,
        File,
    }
}
