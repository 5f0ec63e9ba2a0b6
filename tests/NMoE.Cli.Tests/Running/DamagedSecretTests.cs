using NMoE.Cli.Running;
using NMoE.Learning.Privacy;

namespace NMoE.Cli.Tests.Running;

/// <summary>A secret has no form but its length: one of another length is refused by name, so that its noise is not taken for a new one's.</summary>
public sealed class DamagedSecretTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("nmoe-damaged-secret-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_hurt_secret_of_another_length_is_refused_by_name()
    {
        var path = Path.Combine(_folder.FullName, "noise");
        SecretFile.FindOrMake(path);
        var refused = Damage.Read<SecretException>(
            File.ReadAllBytes(path),
            bytes =>
            {
                File.WriteAllBytes(path, bytes);
                Assert.NotNull(SecretFile.Find(path));
                Assert.Equal(NoiseSecret.Size, bytes.Length);
            },
            path);
        Assert.InRange(refused, 1, Damage.Cases - 1);
    }
}
