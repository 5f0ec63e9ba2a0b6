using System.Collections.Immutable;
using Akka.Actor;
using NMoE.Federation.Protocol;
using NMoE.Simulation.Network;

namespace NMoE.Cluster.Live.Persistence;

/// <summary>
/// At the servers' node: has what the servers persist, and let be seen by that, kept by the node that would take over, newest first. Where there is no other node, nobody can.
/// </summary>
/// <param name="see">Told what they let be seen, in order, once it is safe.</param>
/// <param name="committed">Told what is safe, after that.</param>
/// <param name="send">Sends to the node of an address.</param>
internal sealed class Replicator(Action<Seen> see, Action<DeviceId, long> committed, Action<Address, Replica> send)
{
    private const int PatienceBeats = 5;
    private readonly SortedDictionary<DeviceId, Replica> _latest = [];
    private readonly SortedDictionary<DeviceId, (long Version, int Beats)> _asked = [];
    private Address? _keeper;

    /// <summary>Who keeps them: the oldest of the other nodes. When that changes, the new one is given everything.</summary>
    public Address? Keeper
    {
        get => _keeper;
        set
        {
            if (value != _keeper)
            {
                _keeper = value;
                AskAgain();
            }
        }
    }

    /// <summary>A server persisted something.</summary>
    public void Persisted(Replica replica)
    {
        // A newer state takes the older one's place, and carries on what nobody has seen yet.
        ImmutableArray<Seen> observed = [.. _latest.TryGetValue(replica.Device, out var before) ? before.Observed : [], .. replica.Observed];
        _latest[replica.Device] = replica with { Observed = observed, Blobs = [.. replica.Blobs.Concat(observed.SelectMany(seen => NamedBlobs.In(seen.What))).Distinct()] };
        Ask(replica.Device);
    }

    /// <summary>The keeper answered.</summary>
    /// <param name="from">Who answered.</param>
    /// <param name="kept">The answer.</param>
    public void Kept(Address from, ReplicaKept kept)
    {
        if (from != _keeper || !_asked.TryGetValue(kept.Device, out var asked) || asked.Version != kept.Version || kept.Failure.Length > 0)
        {
            return;
        }

        _asked.Remove(kept.Device);
        Commit(kept.Device, kept.Version);
        if (_latest[kept.Device].Version > kept.Version)
        {
            Ask(kept.Device);
        }
    }

    /// <summary>The keeper may not have been ready before: everything is asked again.</summary>
    public void AskAgain()
    {
        _asked.Clear();
        foreach (var device in _latest.Keys.ToArray())
        {
            Ask(device);
        }
    }

    /// <summary>A while has passed: what was not answered is asked again.</summary>
    public void Beat()
    {
        foreach (var (device, (version, beats)) in _asked.ToArray())
        {
            _asked[device] = (version, beats + 1);
            if (beats + 1 >= PatienceBeats)
            {
                _asked.Remove(device);
                Ask(device);
            }
        }
    }

    private void Commit(DeviceId device, long version)
    {
        var latest = _latest[device];
        var safe = latest.Observed.Where(seen => seen.Mark!.Version <= version).ToArray();
        _latest[device] = latest with { Observed = [.. latest.Observed.Skip(safe.Length)] };
        foreach (var seen in safe)
        {
            see(seen);
        }

        committed(device, version);
    }

    private void Ask(DeviceId device)
    {
        var replica = _latest[device];
        if (_keeper is not { } keeper)
        {
            Commit(device, replica.Version);
        }
        else if (!_asked.ContainsKey(device))
        {
            _asked[device] = (replica.Version, 0);
            send(keeper, replica);
        }
    }
}
