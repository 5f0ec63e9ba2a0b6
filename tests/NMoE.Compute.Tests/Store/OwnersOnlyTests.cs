using System.Runtime.Versioning;
using NMoE.Compute.Store;

namespace NMoE.Compute.Tests.Store;

/// <summary>What is said to be its owner's alone is looked at before anything secret stands in it.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class OwnersOnlyTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("nmoe-owners-");

    private string Secret => Path.Combine(_folder.FullName, "secret");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_file_that_is_written_is_its_owners_alone()
    {
        OwnersOnly.Write(Secret, [1, 2, 3]);

        Assert.Equal([1, 2, 3], File.ReadAllBytes(Secret));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Secret));
        Assert.False(OwnersOnly.IsOpenToOthers(Secret));
        Assert.Throws<IOException>(() => OwnersOnly.Write(Secret, [4]));
    }

    [Theory]
    [InlineData(0b111_101_101)]
    [InlineData(0b110_100_000)]
    [InlineData(0b110_000_100)]
    [InlineData(0b110_010_000)]
    [InlineData(0b111_111_111)]
    public void On_a_file_system_that_keeps_no_modes_nothing_secret_is_written(int mode)
    {
        var seen = new List<long>();
        UnixFileMode Kept(string path)
        {
            seen.Add(new FileInfo(path).Length);
            return (UnixFileMode)mode;
        }

        var error = Assert.Throws<OthersMayReadException>(() => OwnersOnly.Write(Secret, [1, 2, 3], Kept));

        Assert.Equal([0L], seen);
        Assert.False(File.Exists(Secret));
        Assert.Equal($"'{Secret}' could be read by others than its owner, for its file system keeps no modes; nothing was left there", error.Message);
    }

    [Theory]
    [InlineData(0b110_000_000, false)]
    [InlineData(0b100_000_000, false)]
    [InlineData(0b111_000_000, false)]
    [InlineData(0b110_100_000, true)]
    [InlineData(0b110_000_100, true)]
    [InlineData(0b110_010_000, true)]
    [InlineData(0b110_000_001, true)]
    public void A_mode_says_whether_others_may_do_anything_with_a_file(int mode, bool open)
    {
        File.WriteAllText(Secret, "");
        File.SetUnixFileMode(Secret, (UnixFileMode)mode);
        Assert.Equal(open, OwnersOnly.IsOpenToOthers(Secret));
    }
}
