namespace NMoE.Processes.Tests;

public sealed class CertificatesSpecs : IDisposable
{
    private readonly CommandLine _line = new();

    public void Dispose() => _line.Dispose();

    [Fact]
    public void A_folder_is_made_once_and_never_overwritten()
    {
        var folder = _line.PathOf("lab");

        var made = _line.Run("certificates", folder);
        Assert.Equal(0, made.Code);
        Assert.Equal(folder, made.Output.Trim());
        Assert.Equal(4, Directory.GetFiles(folder).Length);

        var again = _line.Run("certificates", folder);
        Assert.Equal(2, again.Code);
        Assert.Contains("is there already, and a cluster that uses it would be locked out", again.Error, StringComparison.Ordinal);
    }
}
