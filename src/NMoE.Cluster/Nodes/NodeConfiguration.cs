using Akka.Configuration;

namespace NMoE.Cluster.Nodes;

/// <summary>The Akka configuration of a node: <c>hocon/cluster.conf</c>, and above it what the node's settings say.</summary>
internal static class NodeConfiguration
{
    /// <summary>Of settings that <see cref="NodeCheck"/> has passed: nothing in them can end a string.</summary>
    public static Config Of(NodeSettings settings)
    {
        var roles = string.Join(", ", settings.Roles.Select(name => $"\"{name}\""));
        var bind = settings.Bind ?? new(settings.Host, settings.Port);
        var tls = settings.Security.Folder is null ? "off" : "on";
        var own = FormattableString.Invariant($$"""
            akka.remote.dot-netty.tcp.public-hostname = "{{settings.Host}}"
            akka.remote.dot-netty.tcp.public-port = {{(settings.Bind is null ? 0 : settings.Port)}}
            akka.remote.dot-netty.tcp.hostname = "{{bind.Host}}"
            akka.remote.dot-netty.tcp.port = {{bind.Port}}
            akka.remote.dot-netty.tcp.enable-ssl = {{tls}}
            akka.cluster.roles = [{{roles}}]
            """);
        return ConfigurationFactory.ParseString(own).WithFallback(ConfigurationFactory.ParseString(Embedded()));
    }

    private static string Embedded()
    {
        using var stream = typeof(NodeConfiguration).Assembly.GetManifestResourceStream("cluster.conf")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
