using NMoE.Cluster.Live.Persistence;
using NMoE.Cluster.Live;
using NMoE.Federation.Supervisor;
using NMoE.Simulation.Network;

namespace NMoE.Cluster.Tests.Live;

/// <summary>What devices persisted has a checksum: a hurt file is refused by name, or is the one that was written.</summary>
public sealed class DamagedStateSpecs : IDisposable
{
    private const int Cases = 1 + (Damage.Cases / 3);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("nmoe-damaged-states-");

    public void Dispose() => _folder.Delete(recursive: true);

    public static TheoryData<string> Devices => ["client-0", "aggregator", "supervisor"];

    [Theory]
    [MemberData(nameof(Devices))]
    public void A_hurt_file_is_refused_by_name_or_reads_as_it_was_written(string name)
    {
        var (device, state) = name switch
        {
            "client-0" => (new DeviceId(0), (object)DurableSamples.Client),
            "aggregator" => (DeviceId.Aggregator, DurableSamples.Aggregator),
            _ => (DeviceId.Supervisor, new SupervisorState(true, [1, 4])),
        };
        var files = new DurableFiles(_folder.FullName);
        var written = DurableFormat.Write(state);
        files.Write(device, 3, written);
        var path = Assert.Single(Directory.GetFiles(_folder.FullName));
        Assert.InRange(
            Damage.Read<LiveException>(
                Cases,
                File.ReadAllBytes(path),
                bytes =>
                {
                    File.WriteAllBytes(path, bytes);
                    var read = files.Read(device)!.Value;
                    Assert.Equal(3, read.Version);
                    Assert.Equal(written, read.Durable);
                },
                path),
            Cases / 2, Cases);
    }

    /// <summary>What another node sends in its place has no checksum of its own.</summary>
    [Theory]
    [MemberData(nameof(Devices))]
    public void Hurt_bytes_of_a_state_are_refused_or_read(string name)
    {
        var (device, state) = name switch
        {
            "client-0" => (new DeviceId(0), (object)DurableSamples.Client),
            "aggregator" => (DeviceId.Aggregator, DurableSamples.Aggregator),
            _ => (DeviceId.Supervisor, new SupervisorState(true, [1, 4])),
        };
        Assert.InRange(Damage.Read<LiveException>(Cases, DurableFormat.Write(state), bytes => DurableFormat.Read(device, bytes), $"the {device} persisted"), 1, Cases);
    }
}
