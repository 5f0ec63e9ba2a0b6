using System.Security.Cryptography.X509Certificates;
using Akka.Actor.Setup;
using Akka.Remote.Transport.DotNetty;
using NMoE.Cluster.Wire;

namespace NMoE.Cluster.Security;

/// <summary>
/// Who a node takes for a peer. With certificates: who proves a certificate of this cluster's authority in mutual TLS, and the cluster's secret with each message. Without: anyone who reaches the port, so
/// such a node binds loopback addresses only.
/// </summary>
public sealed class NodeSecurity
{
    private readonly X509Certificate2? _authority;
    private readonly X509Certificate2? _node;
    private readonly MessageSeal _seal;

    private NodeSecurity() => _seal = MessageSeal.None;

    private NodeSecurity(string folder, X509Certificate2 authority, X509Certificate2 node, byte[] secret)
    {
        (Folder, _authority, _node) = (folder, authority, node);
        _seal = MessageSeal.Under(secret);
    }

    /// <summary>No certificates: loopback addresses only.</summary>
    public static NodeSecurity LoopbackOnly { get; } = new();

    /// <summary>The folder that <c>nmoe certificates</c> made; null without certificates.</summary>
    public string? Folder { get; }

    /// <summary>Certificates and secret from a folder that <c>nmoe certificates</c> made; without a folder, loopback only.</summary>
    /// <exception cref="NodeException">A file is missing, out of date, no such file, or readable by others than its owner.</exception>
    public static NodeSecurity FromFolder(string? folder)
    {
        if (folder is null)
            return LoopbackOnly;
        var (authority, node, secret) = CertificateFolder.Read(folder, DateTimeOffset.UtcNow);
        return new(folder, authority, node, secret);
    }

    /// <summary>What proves the cluster's secret.</summary>
    internal MessageSeal Seal() => _seal;

    /// <summary>What the transport is started with: both sides show a certificate, and both check it against the pinned authority instead of those that the machine trusts.</summary>
    internal IEnumerable<Setup> Channel() => _node is null || _authority is null
        ? []
        :
        [
            new DotNettySslSetup(_node, suppressValidation: false, requireMutualAuthentication: true, (peer, _, _, _, _) => Accepts(peer)),
        ];

    /// <summary>Whether a certificate was signed by this cluster's authority, and is in date.</summary>
    internal bool Accepts(X509Certificate2? peer)
    {
        if (peer is null || _authority is null)
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(_authority);
        // Nothing is fetched because a certificate says where from.
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(peer) && chain.ChainElements.Count == 2;
    }
}
