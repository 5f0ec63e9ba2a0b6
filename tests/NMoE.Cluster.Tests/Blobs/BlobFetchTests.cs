using CsCheck;
using NMoE.Cluster.Blobs;
using NMoE.Compute.Blobs;

namespace NMoE.Cluster.Tests.Blobs;

public sealed class BlobFetchTests
{
    private const int Chunk = 64 * 1024;

    private static readonly BlobHash s_hash = new(new string('a', 64));

    [Fact]
    public void Eight_chunks_are_under_way_and_the_next_is_asked_for_as_one_comes()
    {
        var (fetch, steps) = BlobFetch.Begin(Blob(10 * Chunk));
        AreSteps(steps, [.. Enumerable.Range(0, 8).Select(k => new FetchStep.Ask(k * Chunk, Chunk))]);

        (_, steps) = fetch.Chunk(ChunkAt(0));
        AreSteps(steps, new FetchStep.Keep(), new FetchStep.Ask(8 * Chunk, Chunk));
    }

    [Fact]
    public void The_last_chunk_is_what_is_left()
    {
        var (fetch, steps) = BlobFetch.Begin(Blob(Chunk + 5));
        AreSteps(steps, new FetchStep.Ask(0, Chunk), new FetchStep.Ask(Chunk, 5));

        (fetch, _) = fetch.Chunk(ChunkAt(0));
        (_, steps) = fetch.Chunk(ChunkAt(Chunk, 5));
        AreSteps(steps, new FetchStep.Keep(), new FetchStep.Compare());
    }

    [Fact]
    public void After_a_silence_it_goes_on_where_it_was()
    {
        var (fetch, _) = BlobFetch.Begin(Blob(20 * Chunk));
        (fetch, _) = fetch.Chunk(ChunkAt(0));
        (fetch, _) = fetch.Chunk(ChunkAt(Chunk));

        var (_, steps) = fetch.Silence();

        AreSteps(steps, [.. Enumerable.Range(2, 8).Select(k => new FetchStep.Ask(k * Chunk, Chunk))]);
    }

    [Fact]
    public void What_comes_twice_early_or_in_another_length_is_wasted()
    {
        var (fetch, _) = BlobFetch.Begin(Blob(20 * Chunk));
        (fetch, _) = fetch.Chunk(ChunkAt(0));

        Assert.All(
            new[] { ChunkAt(0), ChunkAt(2 * Chunk), ChunkAt(Chunk, 7), new BlobChunk(new BlobHash(new string('b', 64)), Chunk, new byte[Chunk]) },
            chunk =>
            {
                var (after, steps) = fetch.Chunk(chunk);
                AreSteps(steps, new FetchStep.Waste());
                Assert.Equal(fetch, after);
            });
    }

    [Fact]
    public void A_sender_that_stays_silent_is_given_up_and_progress_starts_the_count_again()
    {
        var (fetch, _) = BlobFetch.Begin(Blob(20 * Chunk));
        for (var k = 0; k < 59; k++)
        {
            (fetch, var steps) = fetch.Silence();
            Assert.DoesNotContain(steps, step => step is FetchStep.GiveUp);
        }

        AreSteps(fetch.Silence().Steps, new FetchStep.GiveUp("its sender fell silent after 0 of 1310720 bytes"));
        (fetch, _) = fetch.Chunk(ChunkAt(0));
        Assert.DoesNotContain(fetch.Silence().Steps, step => step is FetchStep.GiveUp);
    }

    [Fact]
    public void Wrong_bytes_are_asked_for_again_and_given_up_the_third_time()
    {
        var (fetch, _) = BlobFetch.Begin(Blob(5));
        for (var k = 0; k < 2; k++)
        {
            (fetch, _) = fetch.Chunk(ChunkAt(0, 5));
            (fetch, var steps) = fetch.Compared(new BlobHash(new string('b', 64)));
            AreSteps(steps, new FetchStep.Forget(), new FetchStep.Ask(0, 5));
        }

        (fetch, _) = fetch.Chunk(ChunkAt(0, 5));
        AreSteps(fetch.Compared(new BlobHash(new string('b', 64))).Steps, new FetchStep.GiveUp("its bytes came 3 times and were not those of its hash"));
        AreSteps(fetch.Compared(s_hash).Steps, new FetchStep.Finish());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData((1L << 30) + 1)]
    public void A_blob_of_an_impossible_size_is_given_up_at_once(long bytes) => Assert.IsType<FetchStep.GiveUp>(Assert.Single(BlobFetch.Begin(Blob(bytes)).Steps));

    [Fact]
    public void A_blob_of_no_bytes_is_there_at_once() => AreSteps(BlobFetch.Begin(Blob(0)).Steps, new FetchStep.Compare());

    /// <summary>Whatever is lost, doubled or late: every byte is kept once and in order, and no more than the window is ever asked for ahead.</summary>
    [Fact]
    public void Any_order_of_chunks_and_silences_ends_with_all_bytes_in_order() =>
        Gen.Select(Gen.Int[1, 20 * Chunk], Gen.Int[0, 3].Array[200]).Sample((bytes, fates) =>
        {
            var (fetch, steps) = BlobFetch.Begin(Blob(bytes));
            var wire = new Queue<FetchStep.Ask>(steps.OfType<FetchStep.Ask>());
            var kept = 0L;
            for (var k = 0; !steps.OfType<FetchStep.Compare>().Any(); k++)
            {
                if (!wire.TryDequeue(out var ask))
                    (fetch, steps) = (fetch with { Silences = 0 }).Silence();
                else if (k < fates.Length && fates[k] == 0)
                    continue;
                else
                    (fetch, steps) = fetch.Chunk(ChunkAt(ask.Offset, ask.Count));
                if (k < fates.Length && fates[k] == 1 && ask is not null)
                    wire.Enqueue(ask);
                if (steps.OfType<FetchStep.Keep>().Any())
                {
                    Assert.Equal(kept, ask!.Offset);
                    kept += ask.Count;
                }

                foreach (var next in steps.OfType<FetchStep.Ask>())
                    wire.Enqueue(next);
                Assert.True(fetch.Asked - fetch.Kept <= 8 * Chunk);
            }

            Assert.Equal(bytes, kept);
        }, iter: 200);

    private static void AreSteps(IEnumerable<FetchStep> steps, params FetchStep[] expected) => Assert.Equal(expected, steps.ToArray());

    private static BlobRef Blob(long bytes) => new(s_hash, bytes);

    private static BlobChunk ChunkAt(long offset, int length = Chunk) => new(s_hash, offset, new byte[length]);
}
