using System.Globalization;
using Akka.Actor;
using Akka.Configuration;

namespace NMoE.Cluster.Nodes;

/// <summary>The Akka configuration of a node: <c>hocon/cluster.conf</c>, and above it what the node's settings say.</summary>
internal static class NodeConfiguration
{
    public static Config Of(NodeSettings settings)
    {
        var (role, downIfAlone) = settings.SplitBrain switch
        {
            SplitBrainRule.KeepCoordinator => (NodeRoles.Coordinator, "off"),
            SplitBrainRule.KeepOldestLive => (NodeRoles.Live, "on"),
            _ => throw new NodeException($"There is no split-brain rule '{settings.SplitBrain}'."),
        };
        var roles = string.Join(", ", settings.Roles.Select(name => $"\"{name}\""));
        var own = FormattableString.Invariant($$"""
            akka.remote.dot-netty.tcp.hostname = "{{settings.Host}}"
            akka.remote.dot-netty.tcp.port = {{settings.Port}}
            akka.cluster.roles = [{{roles}}]
            akka.cluster.split-brain-resolver.keep-oldest.role = "{{role}}"
            akka.cluster.split-brain-resolver.keep-oldest.down-if-alone = {{downIfAlone}}
            """);
        return ConfigurationFactory.ParseString(own).WithFallback(ConfigurationFactory.ParseString(Embedded()));
    }

    /// <summary>A seed's address: the system's name and protocol are those of <paramref name="self"/>.</summary>
    public static Address AddressOf(string seed, Address self)
    {
        var colon = seed.LastIndexOf(':');
        if (colon < 1 || !int.TryParse(seed.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
            throw new NodeException($"'{seed}' is no node to join. Give HOST:PORT, such as 127.0.0.1:4000.");
        return new Address(self.Protocol, self.System, seed[..colon], port);
    }

    private static string Embedded()
    {
        using var stream = typeof(NodeConfiguration).Assembly.GetManifestResourceStream("cluster.conf")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
