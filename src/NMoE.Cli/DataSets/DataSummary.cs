using System.Collections.Immutable;
using NMoE.Cli.Running;
using NMoE.Federation.Settings;
using NMoE.Learning.Data;
using NMoE.Learning.Partitions;

namespace NMoE.Cli.DataSets;

/// <summary>What an experiment's data are, and how they would be dealt.</summary>
/// <param name="Data">The data set.</param>
/// <param name="ByClass">Training and test pictures of each class.</param>
/// <param name="ByClient">Training pictures of each class for each client, [n][C]; empty where they cannot be dealt.</param>
/// <param name="Wrong">What is wrong, a sentence each.</param>
internal sealed record DataSummary(OpenData Data, ImmutableArray<(int Train, int Test)> ByClass, ImmutableArray<int[]> ByClient, ImmutableArray<string> Wrong)
{
    private const int MostShown = 40;

    /// <summary>What a file calls the clients, by their numbers; empty where they have numbers only.</summary>
    public ImmutableArray<string> Names { get; init; } = [];

    /// <summary>How they are dealt, in words.</summary>
    public ImmutableArray<string> Dealt { get; init; } = [];

    /// <summary>Opens an experiment's data and deals them.</summary>
    /// <exception cref="DataException">They cannot be opened.</exception>
    public static DataSummary Of(ExperimentSettings settings, DataCatalog catalog)
    {
        var open = catalog.Open(settings.Data.Name, settings.Seed, settings.Data.Reading);
        var source = open.Source;
        var byClass = new (int Train, int Test)[source.Classes];
        for (var row = 0; row < source.Count(DataSplit.Train); row++)
            byClass[source.Label(DataSplit.Train, row)].Train++;
        for (var row = 0; row < source.Count(DataSplit.Test); row++)
            byClass[source.Label(DataSplit.Test, row)].Test++;
        var wrong = byClass.Index().Where(one => one.Item.Train == 0).Select(one => FormattableString.Invariant($"Class {Name(source, one.Index)} has no training picture.")).ToList();
        var byClient = ImmutableArray<int[]>.Empty;
        Shards? shards = null;
        try
        {
            shards = Shards.Of(settings, catalog);
            byClient = [.. Partition.Counts(source, DataSplit.Train, shards.Plan.Deal.Training, shards.Plan.Deal.Key)];
        }
        catch (PartitionException misfit)
        {
            wrong.Add(misfit.Message);
        }

        return new(open, [.. byClass], byClient, [.. wrong]) { Names = settings.Data.Clients?.Names ?? [], Dealt = [.. shards?.Lines ?? []] };
    }

    /// <summary>It in words.</summary>
    public IEnumerable<string> Lines()
    {
        var (form, source) = (Data.Spec.Form, Data.Source);
        yield return FormattableString.Invariant(
            $"data       {Data.Spec.Name}: {source.Count(DataSplit.Train)} training and {source.Count(DataSplit.Test)} test pictures of {form.Shape}, {form.Classes} classes; content {Data.Spec.ContentHash[..Math.Min(12, Data.Spec.ContentHash.Length)]}");
        yield return FormattableString.Invariant($"numbers    mean {string.Join(", ", form.Traits.Mean)}; deviation {string.Join(", ", form.Traits.Deviation)}; mirrored {(form.Traits.Mirror == Mirroring.Allowed ? "where the augmentation says so" : "never")}");
        foreach (var (label, (train, test)) in ByClass.Index().Take(MostShown))
            yield return FormattableString.Invariant($"class      {Name(source, label)}: {train} training, {test} test");
        if (ByClass.Length > MostShown)
            yield return FormattableString.Invariant($"class      ... and {ByClass.Length - MostShown} more");
        foreach (var line in Dealt)
            yield return line;
        foreach (var (client, counts) in ByClient.Index().Take(MostShown))
            yield return FormattableString.Invariant($"client-{client,-4}{Called(client)}{counts.Sum()} training: {string.Join(", ", counts.Index().Where(one => one.Item > 0).Select(one => FormattableString.Invariant($"{one.Item} of {Name(source, one.Index)}")))}");
        if (ByClient.Length > MostShown)
            yield return FormattableString.Invariant($"client     ... and {ByClient.Length - MostShown} more");
        if (Data.Remark is { } remark)
            yield return "note       " + remark;
    }

    /// <summary>What a class is called: its number, or the name of its folder.</summary>
    public static string Name(IDataSource source, int label) => source.ClassNames is { IsDefaultOrEmpty: false } names ? names[label] : FormattableString.Invariant($"{label}");

    private string Called(int client) => client < Names.Length ? Names[client] + ", " : "";
}
