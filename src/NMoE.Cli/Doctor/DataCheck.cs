using System.Collections.Immutable;

namespace NMoE.Cli.Doctor;

/// <summary>What lies in a folder.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Sizes">Bytes of each file, by name; null where there is no such folder.</param>
public sealed record DataFolder(string Folder, ImmutableSortedDictionary<string, long>? Sizes)
{
    /// <summary>Reads names and sizes.</summary>
    public static DataFolder Read(string folder) => new(
        Path.GetFullPath(folder),
        !Directory.Exists(folder) ? null : new DirectoryInfo(folder).EnumerateFiles()
            .ToImmutableSortedDictionary(file => file.Name, file => file.Length, StringComparer.Ordinal));
}

/// <summary>Whether CIFAR-10 is there and complete. The generated data set needs no folder, so its absence is no fault.</summary>
/// <param name="data">What was found.</param>
public sealed class DataCheck(DataFolder data) : IDoctorCheck
{
    /// <summary>10 000 pictures of one label byte and 3072 pixel bytes (CIFAR-10's binary version).</summary>
    public const long BatchBytes = 10_000L * 3073;

    private const string Remedy = "./nmoe data get cifar10, or name another folder in data.path.";
    private const string TestBatch = "test_batch.bin";
    private static readonly ImmutableArray<string> TrainBatches = [.. Enumerable.Range(1, 5).Select(number => $"data_batch_{number}.bin")];

    /// <inheritdoc/>
    public string Subject => "CIFAR-10";

    /// <inheritdoc/>
    public IReadOnlyList<Finding> Look()
    {
        if (data.Sizes is not { } sizes)
            return [new(Subject, FindingLevel.Advice, $"{data.Folder} is not there; generated data needs none", Remedy)];
        var wrong = TrainBatches.Add(TestBatch).Where(name => sizes.TryGetValue(name, out var size) && size != BatchBytes).ToArray();
        if (wrong.Length > 0)
        {
            var described = string.Join(", ", wrong.Select(name => $"{name} has {sizes[name]} bytes"));
            return [new(Subject, FindingLevel.Broken, $"in {data.Folder}, {described}; {BatchBytes} would be right", Remedy)];
        }

        return [Complete(sizes)];
    }

    private Finding Complete(ImmutableSortedDictionary<string, long> sizes)
    {
        var train = TrainBatches.Count(sizes.ContainsKey);
        if (train == 0 || !sizes.ContainsKey(TestBatch))
            return new(Subject, FindingLevel.Broken, $"{data.Folder} lacks {(train == 0 ? "every training batch" : TestBatch)}", Remedy);
        return train == TrainBatches.Length
            ? new(Subject, FindingLevel.Good, $"complete in {data.Folder}")
            : new(Subject, FindingLevel.Advice, $"{train} of {TrainBatches.Length} training batches in {data.Folder}: {train * 10_000} pictures can be dealt", Remedy);
    }
}
