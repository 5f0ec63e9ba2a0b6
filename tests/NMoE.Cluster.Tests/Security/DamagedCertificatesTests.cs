using NMoE.Cluster.Security;

namespace NMoE.Cluster.Tests.Security;

/// <summary>Hurt certificates are refused by name, or still are those of the folder.</summary>
public sealed class DamagedCertificatesTests : IDisposable
{
    private const int Cases = Damage.Cases / 4;
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "nmoe-damaged-certificates-" + Guid.NewGuid().ToString("N"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("authority.pem")]
    [InlineData("node.pem")]
    [InlineData("node.key")]
    [InlineData("secret")]
    public void A_hurt_file_of_the_folder(string name)
    {
        var now = DateTimeOffset.UtcNow;
        CertificateFolder.Make(_folder, now);
        var path = Path.Combine(_folder, name);
        Assert.InRange(
            Damage.Read<NodeException>(
                Cases,
                File.ReadAllBytes(path),
                bytes =>
                {
                    File.WriteAllBytes(path, bytes);
                    var (authority, node, _) = CertificateFolder.Read(_folder, now);
                    using (authority)
                    using (node)
                        Assert.True(node.HasPrivateKey);
                },
                _folder),
            Cases / 2, Cases - 1);
    }
}
