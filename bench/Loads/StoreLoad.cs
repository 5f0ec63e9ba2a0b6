using System.Buffers.Binary;
using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Compute.Store;

namespace NMoE.Bench.Loads;

/// <summary>A store with many records of jobs that never ran, the newest with their blobs.</summary>
/// <param name="folder">Its folder.</param>
/// <param name="records">How many records.</param>
/// <param name="blobs">How many blobs.</param>
internal sealed class StoreLoad(string folder, int records, int blobs)
{
    private const int BlobBytes = 1000;
    private const int Asked = 1000;
    private const string Print = "bench";
    private static readonly int s_own = Environment.ProcessId;

    /// <summary>What is measured, in order.</summary>
    public IEnumerable<(string Name, Func<string> Step)> Steps(CancellationToken cancellation)
    {
        // The run's folder lies in the store's, which knows no such name.
        return OfTheStore(cancellation).Select(Silent).Concat(new WarmRun(folder, Path.Combine(folder, "warm-run")).Steps(cancellation)).Concat(Evictions().Select(Silent));
    }

    private static (string Name, Func<string> Step) Silent((string Name, Action Step) step) => (step.Name, () =>
    {
        step.Step();
        return "";
    }
    );

    private IEnumerable<(string Name, Action Step)> OfTheStore(CancellationToken cancellation)
    {
        JobStore? store = null;
        var settings = new StoreSettings(folder, long.MaxValue);
        if (!File.Exists(Path.Combine(folder, "filled")))
            yield return (FormattableString.Invariant($"fill with {records} records and {blobs} blobs"), () => Fill(cancellation));
        yield return ("open", () => store = new(settings));
        yield return (FormattableString.Invariant($"look up {Asked} records"), () => LookUp(store!));
        yield return (FormattableString.Invariant($"{Asked} remembered jobs through an executor"), () => Recall(store!));
        yield return ("put the first blob", () => store!.Put(New(0)));
        yield return (FormattableString.Invariant($"remember {Asked} new jobs with a blob"), () => Remember(store!));
        yield return ("keys of all records (nmoe cost)", () => store!.Keys());
    }

    private IEnumerable<(string Name, Action Step)> Evictions()
    {
        var small = new StoreSettings(folder, (long)blobs * BlobBytes / 2);
        JobStore? full = null;
        yield return ("open with half the room", () => full = new(small));
        yield return ("put a blob: half of all are evicted", () => full!.Put(New(-1)));
        yield return ("put until the next eviction", () =>
        {
            for (var number = 0; number < blobs / 64; number++)
                full!.Put(New(-2 - number));
        }
        );
    }

    private void Fill(CancellationToken cancellation)
    {
        var store = new JobStore(new StoreSettings(folder, long.MaxValue));
        Parallel.For(0, records, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, number =>
        {
            if (number >= records - blobs)
                store.Put(Blob(number));
            store.PutRecord(Record(number));
        });
        File.WriteAllText(Path.Combine(folder, "filled"), "");
    }

    private void LookUp(JobStore store)
    {
        foreach (var number in Some())
            _ = store.Find(Record(number).Key()) ?? throw new InvalidOperationException("A record is missing: the folder was filled with fewer.");
    }

    private void Recall(JobStore store)
    {
        using var executor = new LocalExecutor(store, [], _ => Print, 1);
        foreach (var number in Some())
            executor.Submit(Record(number).Job).Wait(CancellationToken.None);
    }

    private static void Remember(JobStore store)
    {
        for (var number = 1; number <= Asked; number++)
        {
            store.Put(New(number));
            store.PutRecord(Record(number, New(number)));
        }
    }

    private IEnumerable<int> Some() => Enumerable.Range(0, Asked).Select(number => (int)(number * 7919L % records));

    private static JobRecord Record(int number) => Record(number, Blob(number));

    private static JobRecord Record(int number, byte[] blob)
    {
        var hash = new BlobHash(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(blob)));
        var job = new Job("bench", """{"Round":7,"Epochs":5,"Batch":64,"LearningRate":0.05,"Momentum":0.9,"WeightDecay":0.0005}""", [new(hash, BlobBytes), new(hash, BlobBytes)], (ulong)number);
        return new(Print, job, new([new(hash, BlobBytes)], ImmutableSortedDictionary<string, double>.Empty.Add("loss", number), []));
    }

    private static byte[] Blob(int number, int maker = 0)
    {
        var bytes = new byte[BlobBytes];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(sizeof(int)), maker);
        return bytes;
    }

    /// <summary>A blob that no earlier measurement in the same folder has put.</summary>
    private static byte[] New(int number) => Blob(number, s_own);
}
