using System.Globalization;
using System.Net;
using System.Net.Sockets;
using NMoE.Cluster.Nodes;

namespace NMoE.Cli.Running;

/// <summary>A place on the network, as people write it: <c>HOST:PORT</c>.</summary>
/// <param name="Host">An IPv4 address or a host name.</param>
/// <param name="Port">1 to 65535.</param>
public sealed record Endpoint(string Host, int Port)
{
    /// <summary>Reads one.</summary>
    /// <param name="argument">The argument that it was given by, as in <c>--join</c>.</param>
    /// <param name="text">As it was given.</param>
    /// <exception cref="BadArgumentException">It is none.</exception>
    public static Endpoint Read(string argument, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var colon = text.LastIndexOf(':');
        return colon > 0 && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535
            ? new(Reached(text[..colon]), port)
            : throw new BadArgumentException(argument, $"'{text}' is no address of a run", "Write HOST:PORT, as in 127.0.0.1:4000");
    }

    /// <summary>
    /// A node is reached under one name only, so that all names that lead back to this machine are one: <c>localhost</c>, the machine's own name where that is a loopback address, and
    /// <c>127.0.1.1</c>, which Debian gives it.
    /// </summary>
    private static string Reached(string host)
    {
        if (IPAddress.TryParse(host, out _))
            return host == "127.0.1.1" ? "127.0.0.1" : host;
        try
        {
            return Dns.GetHostAddresses(host, AddressFamily.InterNetwork) is [_, ..] found && found.All(IPAddress.IsLoopback) ? "127.0.0.1" : host;
        }
        catch (Exception unknown) when (unknown is SocketException or ArgumentException)
        {
            return host;
        }
    }

    /// <summary>As a node is told where to listen.</summary>
    internal NodeBinding Binding => new(Host, Port);

    /// <summary>A port of the loopback address that is free now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The address of this machine by which that place would reach it.</summary>
    public string OwnAddress()
    {
        if (Host == "localhost" || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address)))
            return "127.0.0.1";
        try
        {
            // Connecting a datagram socket sends nothing: it only chooses the route.
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(Host, Port);
            return ((IPEndPoint)socket.LocalEndPoint!).Address.ToString();
        }
        catch (SocketException)
        {
            return "127.0.0.1";
        }
    }

    /// <summary>As it is written.</summary>
    public override string ToString() => FormattableString.Invariant($"{Host}:{Port}");
}
