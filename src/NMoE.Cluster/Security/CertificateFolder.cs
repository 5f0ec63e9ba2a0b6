using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NMoE.Compute.Store;

namespace NMoE.Cluster.Security;

/// <summary>
/// What the nodes of one cluster know and others do not, in a folder that is copied to each machine:
/// <code>authority.pem   node.pem   node.key   secret</code>
/// The authority signs one node certificate and its key is thrown away, so nothing can ever be signed by it again: who lost a folder makes a new one.
/// </summary>
public static class CertificateFolder
{
    /// <summary>How long certificates hold: 2 years.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(730);

    private const string AuthorityFile = "authority.pem";
    private const string NodeFile = "node.pem";
    private const string KeyFile = "node.key";
    private const string SecretFile = "secret";
    private const int SecretBytes = 32;
    // Clocks of machines differ; a certificate of a minute ago must hold on one that is behind.
    private static readonly TimeSpan s_clockSkew = TimeSpan.FromDays(1);

    private static readonly string[] s_files = [AuthorityFile, NodeFile, KeyFile, SecretFile];

    /// <summary>Makes the folder's four files, readable by their owner only.</summary>
    /// <param name="folder">Made when missing.</param>
    /// <param name="now">From when the certificates hold.</param>
    /// <returns>Until when they hold.</returns>
    /// <exception cref="NodeException">The folder has such files already, or cannot be written.</exception>
    public static DateTimeOffset Make(string folder, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (s_files.FirstOrDefault(file => File.Exists(Path.Combine(folder, file))) is { } present)
            throw new NodeException($"'{Path.Combine(folder, present)}' is there already, and a cluster that uses it would be locked out. Choose another folder, or remove this one first.");
        var until = now + Lifetime;
        try
        {
            OwnersOnly.MakeFolder(folder);
            Write(folder, now - s_clockSkew, until);
        }
        catch (OthersMayReadException problem)
        {
            throw new NodeException($"The certificates cannot be kept in '{folder}': {problem.Message}. Choose a folder on a file system that keeps modes.", problem);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new NodeException($"The certificates cannot be written to '{folder}': {problem.Message}", problem);
        }

        return until;
    }

    /// <summary>Reads and checks them.</summary>
    /// <exception cref="NodeException">A file is missing, out of date, no such file, or readable by others than its owner.</exception>
    internal static (X509Certificate2 Authority, X509Certificate2 Node, byte[] Secret) Read(string folder, DateTimeOffset now)
    {
        foreach (var file in s_files)
        {
            if (!File.Exists(Path.Combine(folder, file)))
                throw new NodeException($"There is no '{file}' in '{folder}'. Make a folder of certificates once (nmoe certificates DIR) and copy it whole to each machine.");
        }

        CheckOwners(Path.Combine(folder, KeyFile));
        CheckOwners(Path.Combine(folder, SecretFile));
        try
        {
            var authority = X509CertificateLoader.LoadCertificate(File.ReadAllBytes(Path.Combine(folder, AuthorityFile)));
            using var fromFiles = X509Certificate2.CreateFromPemFile(Path.Combine(folder, NodeFile), Path.Combine(folder, KeyFile));
            // Through PKCS #12, because a key that lives only in memory is not taken by TLS on every system.
            var node = X509CertificateLoader.LoadPkcs12(fromFiles.Export(X509ContentType.Pkcs12), null);
            CheckDates(folder, node, now);
            return (authority, node, ReadSecret(Path.Combine(folder, SecretFile)));
        }
        catch (Exception problem) when (problem is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new NodeException($"The certificates in '{folder}' cannot be read: {problem.Message} Copy the folder again from where it was made.", problem);
        }
    }

    private static void Write(string folder, DateTimeOffset from, DateTimeOffset until)
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var authority = Authority(authorityKey).CreateSelfSigned(from, until);
        using var nodeKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var node = Node(nodeKey, authority).Create(authority, from, until, RandomNumberGenerator.GetBytes(16));
        WriteFile(folder, KeyFile, nodeKey.ExportPkcs8PrivateKeyPem());
        WriteFile(folder, SecretFile, RandomNumberGenerator.GetHexString(2 * SecretBytes, lowercase: true));
        WriteFile(folder, AuthorityFile, authority.ExportCertificatePem());
        WriteFile(folder, NodeFile, node.ExportCertificatePem());
    }

    private static CertificateRequest Authority(ECDsa key)
    {
        var request = new CertificateRequest("CN=NMoE cluster authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request;
    }

    private static CertificateRequest Node(ECDsa key, X509Certificate2 authority)
    {
        var request = new CertificateRequest("CN=NMoE node", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        // A node is both ends of TLS.
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        return request;
    }

    private static void WriteFile(string folder, string name, string text) => OwnersOnly.Write(Path.Combine(folder, name), text + "\n");

    private static void CheckOwners(string path)
    {
        if (OwnersOnly.IsOpenToOthers(path))
            throw new NodeException($"'{path}' may be read or written by others than its owner, and what others may have read is no secret. Set its mode (chmod 600 '{path}'), or make new certificates.");
    }

    private static void CheckDates(string folder, X509Certificate2 node, DateTimeOffset now)
    {
        if (now >= node.NotAfter)
            throw new NodeException(FormattableString.Invariant($"The certificates in '{folder}' held until {node.NotAfter.ToUniversalTime():yyyy-MM-dd}. Make new ones (nmoe certificates DIR) for all machines."));
        if (now < node.NotBefore)
            throw new NodeException(FormattableString.Invariant($"The certificates in '{folder}' hold from {node.NotBefore.ToUniversalTime():yyyy-MM-dd}, and this machine's clock says {now:yyyy-MM-dd}. Set the clock."));
    }

    private static byte[] ReadSecret(string path)
    {
        var text = File.ReadAllText(path).Trim();
        return text.Length == 2 * SecretBytes && text.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(text)
            : throw new NodeException(FormattableString.Invariant($"'{path}' is no secret of a cluster: {2 * SecretBytes} hexadecimal digits. Copy the folder again from where it was made."));
    }
}
