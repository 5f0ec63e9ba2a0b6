using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using NMoE.Cluster.Nodes;

namespace NMoE.Cluster.Live.Hosting;

/// <summary>The members of a live run's cluster, oldest first: the oldest carries the servers, and the next takes over when it dies.</summary>
internal sealed class Membership
{
    private readonly List<Member> _members = [];

    /// <summary>Addresses, oldest first.</summary>
    public ImmutableArray<Address> All => [.. _members.Select(member => member.Address)];

    /// <summary>Where the servers are, or soon will be; null while nobody is up.</summary>
    public Address? Oldest => _members.Count > 0 ? _members[0].Address : null;

    /// <summary>The oldest of the others; null where there is none.</summary>
    public Address? OldestBut(Address self) => _members.Find(member => member.Address != self)?.Address;

    /// <summary>Whether a node is up.</summary>
    public bool Has(Address node) => _members.Exists(member => member.Address == node);

    /// <summary>A member is up.</summary>
    public void Add(Member member)
    {
        if (member.HasRole(NodeRoles.Live) && !_members.Contains(member))
        {
            _members.Add(member);
            _members.Sort((first, second) => first.IsOlderThan(second) ? -1 : second.IsOlderThan(first) ? 1 : 0);
        }
    }

    /// <summary>A member was removed.</summary>
    /// <returns>Whether it was one, and no other has taken its address.</returns>
    public bool Remove(Member member) => _members.RemoveAll(other => other.UniqueAddress.Equals(member.UniqueAddress)) > 0 && !Has(member.Address);
}
