namespace NMoE.Cluster.Security;

/// <summary>Who a node takes for a peer. Without certificates anyone who reaches the port is one, so such a node binds loopback addresses only.</summary>
public sealed record NodeSecurity
{
    private NodeSecurity()
    {
    }

    /// <summary>No certificates: loopback addresses only.</summary>
    public static NodeSecurity LoopbackOnly { get; } = new();

    /// <summary>The folder that <c>nmoe certificates</c> made; null without certificates.</summary>
    public string? Folder { get; private init; }

    /// <summary>Certificates from a folder that <c>nmoe certificates</c> made; without a folder, loopback only.</summary>
    public static NodeSecurity FromFolder(string? folder) => folder is null ? LoopbackOnly : new() { Folder = folder };
}
