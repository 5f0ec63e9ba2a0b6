using NMoE.Cluster.Security;

namespace NMoE.Cluster.Tests.Security;

public sealed class CertificateFolderTests : IDisposable
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.UtcNow;

    private readonly string _folder = Path.Combine(Path.GetTempPath(), "nmoe-certificates-" + Guid.NewGuid().ToString("N"));

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_folder_has_four_files_that_only_their_owner_reads()
    {
        CertificateFolder.Make(_folder, s_now);

        Assert.Equal(["authority.pem", "node.key", "node.pem", "secret"], Directory.GetFiles(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        if (OperatingSystem.IsWindows())
            return;
        foreach (var file in Directory.GetFiles(_folder))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder));
    }

    [Fact]
    public void The_authoritys_key_is_nowhere()
    {
        CertificateFolder.Make(_folder, s_now);

        Assert.Single(Directory.GetFiles(_folder), file => File.ReadAllText(file).Contains("PRIVATE KEY", StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_that_is_there_is_not_overwritten()
    {
        CertificateFolder.Make(_folder, s_now);
        var secret = File.ReadAllText(Path.Combine(_folder, "secret"));

        var problem = Assert.Throws<NodeException>(() => CertificateFolder.Make(_folder, s_now));

        Assert.Contains("is there already", problem.Message, StringComparison.Ordinal);
        Assert.Equal(secret, File.ReadAllText(Path.Combine(_folder, "secret")));
    }

    [Fact]
    public void A_certificate_of_the_authority_is_accepted_and_one_of_another_is_not()
    {
        var other = _folder + "/other";
        CertificateFolder.Make(_folder, s_now);
        CertificateFolder.Make(other, s_now);
        var security = NodeSecurity.FromFolder(_folder);
        var (authority, own, _) = CertificateFolder.Read(_folder, s_now);
        var (foreignAuthority, foreign, _) = CertificateFolder.Read(other, s_now);

        Assert.True(security.Accepts(own));
        Assert.False(security.Accepts(foreign));
        Assert.False(security.Accepts(foreignAuthority));
        // The authority signs; it is no node.
        Assert.False(security.Accepts(authority));
        Assert.False(security.Accepts(null));
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        CertificateFolder.Make(_folder, s_now);
        File.Delete(Path.Combine(_folder, "secret"));

        var problem = Assert.Throws<NodeException>(() => NodeSecurity.FromFolder(_folder));

        Assert.Equal($"There is no 'secret' in '{_folder}'. Make a folder of certificates once (nmoe certificates DIR) and copy it whole to each machine.", problem.Message);
    }

    [Theory]
    [InlineData("secret", "abc")]
    [InlineData("node.pem", "no certificate")]
    [InlineData("node.key", "no key")]
    [InlineData("authority.pem", "")]
    public void A_file_that_is_none_is_refused(string file, string text)
    {
        CertificateFolder.Make(_folder, s_now);
        File.WriteAllText(Path.Combine(_folder, file), text);

        Assert.Contains("Copy the folder again", Assert.Throws<NodeException>(() => NodeSecurity.FromFolder(_folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_that_others_may_read_is_refused()
    {
        if (OperatingSystem.IsWindows())
            return;
        CertificateFolder.Make(_folder, s_now);
        File.SetUnixFileMode(Path.Combine(_folder, "secret"), UnixFileMode.UserRead | UnixFileMode.GroupRead);

        Assert.Contains("what others may have read is no secret", Assert.Throws<NodeException>(() => NodeSecurity.FromFolder(_folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Certificates_hold_for_two_years_and_say_when_they_end()
    {
        var until = CertificateFolder.Make(_folder, s_now);

        Assert.Equal(730, (until - s_now).TotalDays);
        CertificateFolder.Read(_folder, s_now.AddDays(729));
        Assert.Contains("held until", Assert.Throws<NodeException>(() => CertificateFolder.Read(_folder, s_now.AddDays(731))).Message, StringComparison.Ordinal);
        Assert.Contains("Set the clock", Assert.Throws<NodeException>(() => CertificateFolder.Read(_folder, s_now.AddDays(-2))).Message, StringComparison.Ordinal);
    }
}
