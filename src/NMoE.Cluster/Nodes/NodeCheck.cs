using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Akka.Actor;

namespace NMoE.Cluster.Nodes;

/// <summary>What a node must be given, and how it is told what was wrong.</summary>
internal static partial class NodeCheck
{
    /// <exception cref="NodeException">A setting is wrong, or the address may not be bound.</exception>
    public static void Check(NodeSettings settings)
    {
        if (!HostName().IsMatch(settings.Host))
            throw new NodeException($"'{settings.Host}' is no address of a node. Give an IPv4 address or a host name, such as 127.0.0.1.");
        if (settings.Port is < 0 or > 65535)
            throw new NodeException(FormattableString.Invariant($"There is no port {settings.Port}. Give one from 1 to 65535, or 0 for a free one."));
        if (IPAddress.TryParse(settings.Host, out var address) && address.Equals(IPAddress.Any))
            throw new NodeException("0.0.0.0 is no address of a node. Give the one by which the other nodes reach it: it is bound and told to them.");
        foreach (var host in new[] { settings.Host, settings.Bind?.Host ?? settings.Host })
            CheckLoopback(host, settings);

        foreach (var seed in settings.Seeds)
            _ = AddressOf(seed, new Address("akka.tcp", ClusterNode.SystemName));
        foreach (var role in settings.Roles)
        {
            if (!RoleName().IsMatch(role))
                throw new NodeException($"'{role}' is no role of a node. A role has lower-case letters and hyphens, such as worker.");
        }
    }

    // A forwarded port of a loopback address is as open as whoever forwards it makes it: that is the forwarder's to say.
    private static void CheckLoopback(string host, NodeSettings settings)
    {
        if (!HostName().IsMatch(host))
            throw new NodeException($"'{host}' is no address to listen at. Give an IPv4 address or a host name, such as 127.0.0.1.");
        if (settings.Security.Folder is null && !IsLoopback(host))
        {
            throw new NodeException(
                $"A node without certificates may bind loopback addresses only, and '{host}' is none: whoever reaches it could join. "
                + "Make certificates once (nmoe certificates DIR), copy the folder to each machine, and give it (--certificates DIR); or bind 127.0.0.1.");
        }
    }

    /// <summary>A seed's address: the system's name and protocol are those of <paramref name="self"/>.</summary>
    /// <exception cref="NodeException">The text is no address of a node.</exception>
    public static Address AddressOf(string seed, Address self)
    {
        var colon = seed.LastIndexOf(':');
        if (colon < 1 || !HostName().IsMatch(seed[..colon])
            || !int.TryParse(seed.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
        {
            throw new NodeException($"'{seed}' is no node to join. Give HOST:PORT, such as 127.0.0.1:4000.");
        }

        return new Address(self.Protocol, self.System, seed[..colon], port);
    }

    /// <summary>Where a seed may answer: under the name that was given, and under each address that the name stands for, since a node answers under the one that it was started with only.</summary>
    /// <exception cref="NodeException">The text is no address of a node.</exception>
    public static IEnumerable<Address> AddressesOf(string seed, Address self)
    {
        var named = AddressOf(seed, self);
        IPAddress[] found = [];
        try
        {
            found = IPAddress.TryParse(named.Host, out _) ? [] : Dns.GetHostAddresses(named.Host, AddressFamily.InterNetwork);
        }
        catch (SocketException)
        {
            // Unknown now, and perhaps known when the node tries again.
        }

        return found.Select(address => named.WithHost(address.ToString())).Prepend(named);
    }

    /// <summary>Why an address could not be bound, where that is why a system did not start.</summary>
    public static string? CannotBind(Exception problem) => Causes(problem).OfType<SocketException>().FirstOrDefault()?.Message;

    private static bool IsLoopback(string host) => host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static IEnumerable<Exception> Causes(Exception problem) => problem switch
    {
        AggregateException many => many.InnerExceptions.SelectMany(Causes),
        { InnerException: { } cause } => Causes(cause).Prepend(problem),
        _ => [problem],
    };

    [GeneratedRegex(@"^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?\z")]
    private static partial Regex HostName();

    [GeneratedRegex(@"^[a-z]+(-[a-z]+)*\z")]
    private static partial Regex RoleName();
}
