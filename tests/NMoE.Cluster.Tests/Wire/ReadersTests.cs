using Akka.Actor;
using Akka.Actor.Setup;
using CsCheck;
using NMoE.Bench.Nodes;
using NMoE.Cluster.Blobs;
using NMoE.Cluster.Live;
using NMoE.Cluster.Wire;
using NMoE.Cluster.Work;
using NMoE.Federation.Protocol;

namespace NMoE.Cluster.Tests.Wire;

/// <summary>Whatever bytes come under a message's name: that message, or one kind of refusal.</summary>
public sealed class ReadersTests : IDisposable
{
    private static readonly Sample[] s_samples = [.. Samples.Work, .. Samples.Live, .. Samples.Blobs];
    private readonly ActorSystem _system = ActorSystem.Create(
        "readers", ActorSystemSetup.Create(new WireSetup([.. WorkForms.All, .. LiveForms.All, .. BlobForms.All], MessageSeal.None)));

    private readonly WireSerializer _serializer;

    public ReadersTests()
    {
        _serializer = new((ExtendedActorSystem)_system);
        foreach (var sample in s_samples)
        {
            Read(sample, sample.Bytes);
            Read(sample, [0xFF]);
        }
    }

    public void Dispose() => _system.Dispose();

    [Fact]
    public void Every_form_has_a_sample_that_is_read() => Assert.All(
        WorkForms.All.Concat(LiveForms.All).Concat(BlobForms.All),
        form => Assert.IsType(form.Type, _serializer.FromBinary(s_samples.First(sample => sample.Form == form).Bytes, form.Manifest)));

    [Fact]
    public void Random_bytes_are_refused_as_the_wire_expects() =>
        Gen.Select(Gen.Int[0, s_samples.Length - 1].Select(at => s_samples[at]), Gen.Byte.Array[0, 300]).Sample(Bounded, iter: 20_000, threads: 1);

    [Fact]
    public void Changed_messages_are_refused_as_the_wire_expects() =>
        Gen.Select(Gen.Int[0, s_samples.Length - 1].Select(at => s_samples[at]), Gen.Select(Gen.Int[0, 1000], Gen.Byte, Gen.Int[0, 3]).Array[1, 4])
            .Sample((sample, changes) => Bounded(sample, changes.Aggregate(sample.Bytes, Change)), iter: 50_000, threads: 1);

    private static byte[] Change(byte[] bytes, (int At, byte With, int How) change)
    {
        var at = change.At % (bytes.Length + 1);
        return change.How switch
        {
            0 => [.. bytes[..at], change.With, .. bytes.Skip(at + 1)],
            1 => bytes[..at],
            2 => [.. bytes[..at], 0xFF, 0xFF, 0xFF, 0xFF, 0x07, .. bytes.Skip(at + 1)],
            _ => [.. bytes[..at], change.With, .. bytes[at..]],
        };
    }

    // A refusal takes some kilobytes for its trace, and a field of two bytes an object; a length that is only announced would be megabytes.
    private void Bounded(Sample sample, byte[] bytes)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Read(sample, bytes);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000 + (200L * bytes.Length));
    }

    private void Read(Sample sample, byte[] bytes)
    {
        try
        {
            Assert.IsType(sample.Form.Type, _serializer.FromBinary(bytes, sample.Form.Manifest));
        }
        catch (WireException)
        {
            // As it should be.
        }
    }
}
