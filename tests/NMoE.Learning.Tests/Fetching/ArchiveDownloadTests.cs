using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using NMoE.Learning.Data;
using NMoE.Learning.Fetching;

namespace NMoE.Learning.Tests.Fetching;

/// <summary>A data set in one archive: downloads that break and go on, archives of this machine, and what is refused.</summary>
public sealed class ArchiveDownloadTests : IDisposable
{
    private const string Root = "cifar-10-batches-bin/";
    private static readonly string[] Batches =
        ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin", "test_batch.bin"];

    private readonly string _folder = Directory.CreateTempSubdirectory("nmoe-fetch-").FullName;
    private readonly HttpClient _http = new();

    private string Destination => Path.Combine(_folder, "cache", "cifar");

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_fresh_download_leaves_the_files_and_nothing_else()
    {
        var archive = Archive([.. Batches.Select(name => Root + name), Root + "readme.html", Root + "surprise.exe"]);
        using var server = new ArchiveServer(archive);

        await GetAsync(server, archive);

        Assert.Equal(Batches, FilesOf(Destination));
        Assert.Equal("data_batch_3.bin" + Filler, await File.ReadAllTextAsync(Path.Combine(Destination, "data_batch_3.bin")));
        Assert.Equal([Destination], Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(Destination)!));
    }

    [Fact]
    public async Task A_complete_copy_is_not_downloaded_again()
    {
        var archive = GoodArchive();
        using var server = new ArchiveServer(archive);
        await GetAsync(server, archive);
        await GetAsync(server, archive);
        Assert.Equal([""], server.Ranges);
    }

    [Fact]
    public async Task A_cut_download_goes_on_where_it_stopped()
    {
        var archive = GoodArchive();
        using var server = new ArchiveServer(archive) { FirstCutAt = 1000 };

        var error = await Assert.ThrowsAsync<FetchException>(() => GetAsync(server, archive));
        Assert.Contains("goes on from there", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Destination));
        await GetAsync(server, archive);

        Assert.Equal(["", "bytes=1000-"], server.Ranges);
        Assert.Equal(Batches, FilesOf(Destination));
    }

    [Fact]
    public async Task A_server_without_ranges_starts_over()
    {
        var archive = GoodArchive();
        using var server = new ArchiveServer(archive) { FirstCutAt = 1000, KnowsRanges = false };

        await Assert.ThrowsAsync<FetchException>(() => GetAsync(server, archive));
        await GetAsync(server, archive);

        Assert.Equal(["", "bytes=1000-"], server.Ranges);
        Assert.Equal(Batches, FilesOf(Destination));
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_given_up()
    {
        var archive = GoodArchive();
        using var server = new ArchiveServer(archive) { FirstCutAt = 1000, CutAfter = TimeSpan.FromSeconds(4) };
        var patient = new SetArchive(_http, Spec(archive.Length, Hash(archive))) { StallAfter = TimeSpan.FromSeconds(0.5) };

        var error = await Assert.ThrowsAsync<FetchException>(
            () => patient.GetAsync(new ArchivePlace.Server(server.Source), Destination, null, CancellationToken.None));

        Assert.Contains("the server sent nothing for 0.5 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_checksum_leaves_nothing_in_place()
    {
        var archive = GoodArchive();
        using var server = new ArchiveServer(archive);
        var spec = Spec(archive.Length, new string('0', 64));

        var error = await Assert.ThrowsAsync<FetchException>(
            () => new SetArchive(_http, spec).GetAsync(new ArchivePlace.Server(server.Source), Destination, null, CancellationToken.None));

        Assert.Contains($"SHA-256 {spec.Parts[0].Sha256} is right. It was deleted", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(Destination)!));
    }

    [Theory]
    [InlineData("../evil.bin")]
    [InlineData("cifar-10-batches-bin/../../evil.bin")]
    [InlineData("/tmp/evil.bin")]
    public async Task A_path_that_leads_out_of_the_folder_leads_nowhere(string path)
    {
        var archive = Archive([.. Batches.Select(name => Root + name), path]);
        using var server = new ArchiveServer(archive);

        await GetAsync(server, archive);

        Assert.Equal(Batches, FilesOf(Destination));
        Assert.Empty(Directory.EnumerateFiles(_folder, "evil.bin", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task An_archive_without_a_batch_is_refused_with_its_name()
    {
        var archive = Archive([.. Batches.Take(5).Select(name => Root + name)]);
        using var server = new ArchiveServer(archive);
        var error = await Assert.ThrowsAsync<FetchException>(() => GetAsync(server, archive));
        Assert.Contains("The archive holds no test_batch.bin. ", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Destination));
    }

    /// <summary>What a set says of files that are there is asked before they are taken for it.</summary>
    [Fact]
    public async Task A_folder_whose_files_are_not_whole_is_left_alone_and_it_is_said_why()
    {
        var archive = GoodArchive();
        using var server = new ArchiveServer(archive);
        await GetAsync(server, archive);
        var spec = Spec(archive.Length, Hash(archive)) with { Problem = folder => $"{folder}/test_batch.bin is cut short." };

        var error = await Assert.ThrowsAsync<FetchException>(() => new SetArchive(_http, spec).GetAsync(new ArchivePlace.Server(server.Source), Destination, null, CancellationToken.None));

        Assert.Contains($"holds no complete cifar10: {Destination}/test_batch.bin is cut short. Remove the folder first", error.Message, StringComparison.Ordinal);
        Assert.Single(server.Ranges);
    }

    [Fact]
    public async Task A_folder_with_something_else_in_it_is_left_alone()
    {
        Directory.CreateDirectory(Destination);
        var mine = Path.Combine(Destination, "mine.txt");
        await File.WriteAllTextAsync(mine, "keep");
        var archive = GoodArchive();
        using var server = new ArchiveServer(archive);

        await Assert.ThrowsAsync<FetchException>(() => GetAsync(server, archive));

        Assert.Equal("keep", await File.ReadAllTextAsync(mine));
        Assert.Empty(server.Ranges);
    }

    [Fact]
    public async Task An_archive_of_this_machine_is_unpacked_and_stays()
    {
        var archive = GoodArchive();
        var file = Path.Combine(_folder, "mine #1.tar.gz");
        await File.WriteAllBytesAsync(file, archive);

        await new SetArchive(_http, Spec(archive.Length, Hash(archive))).GetAsync(ArchivePlace.Read(new Uri(file).AbsoluteUri)!, Destination, null, CancellationToken.None);

        Assert.Equal(Batches, FilesOf(Destination));
        Assert.Equal(archive, await File.ReadAllBytesAsync(file));
    }

    [Theory]
    [InlineData("nowhere.tar.gz", "holds no cifar-10-binary.tar.gz. Name the folder that holds cifar-10-binary.tar.gz, or the file itself.")]
    [InlineData(".", "holds no cifar-10-binary.tar.gz.")]
    [InlineData("wrong.tar.gz", "it is not the cifar-10-binary.tar.gz that was published: SHA-256 ")]
    public async Task A_file_that_is_no_such_archive_is_refused_and_stays(string name, string message)
    {
        var archive = GoodArchive();
        await File.WriteAllTextAsync(Path.Combine(_folder, "wrong.tar.gz"), "wrong");

        var error = await Assert.ThrowsAsync<FetchException>(() => new SetArchive(_http, Spec(archive.Length, Hash(archive)))
            .GetAsync(ArchivePlace.Read(Path.Combine(_folder, name))!, Destination, null, CancellationToken.None));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Destination));
        Assert.Equal("wrong", await File.ReadAllTextAsync(Path.Combine(_folder, "wrong.tar.gz")));
    }

    [Theory]
    [InlineData("https://host/a.tar.gz", "https://host/a.tar.gz")]
    [InlineData("HTTP://HOST/a", "http://host/a")]
    [InlineData("file:///data/a%20b.tar.gz", "/data/a b.tar.gz")]
    [InlineData("file://localhost/data/a.tar.gz", "/data/a.tar.gz")]
    [InlineData("/data/a#b?c%20.tar.gz", "/data/a#b?c%20.tar.gz")]
    [InlineData("file://other/data/a.tar.gz", null)]
    [InlineData("ftp://host/a", null)]
    [InlineData("s3://bucket/a", null)]
    [InlineData("http://", null)]
    [InlineData("https://[::1/a", null)]
    [InlineData("", null)]
    [InlineData("a\nb", null)]
    public void A_place_of_an_archive_is_an_address_or_a_path(string written, string? place) => Assert.Equal(place, ArchivePlace.Read(written)?.ToString());

    [Theory]
    [InlineData(null, "/x/cache", "/x/cache")]
    [InlineData(null, "relative", "/home/me/.cache")]
    [InlineData(null, null, "/home/me/.cache")]
    [InlineData("/win", "/x/cache", "/win")]
    public void The_cache_follows_the_platform(string? windows, string? xdg, string expected) =>
        Assert.Equal(expected, Cifar10Folder.CacheFolder(windows, xdg, "/home/me"));

    private static string Filler { get; } = Convert.ToHexString(SHA512.HashData([1])) + Convert.ToHexString(SHA512.HashData([2]));

    private Task GetAsync(ArchiveServer server, byte[] archive) =>
        new SetArchive(_http, Spec(archive.Length, Hash(archive))).GetAsync(new ArchivePlace.Server(server.Source), Destination, null, CancellationToken.None);

    /// <summary>These archives hold words, not pictures: a batch that is there is whole.</summary>
    private static SetSpec Spec(long bytes, string hash) =>
        new("cifar10", "cifar", [new(new("http://127.0.0.1:9/cifar-10-binary.tar.gz"), bytes, hash) { Packing = Packing.TarGz }], [.. Batches]);

    private static byte[] GoodArchive() => Archive([.. Batches.Select(name => Root + name)]);

    private static byte[] Archive(string[] paths)
    {
        using var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionLevel.NoCompression))
        using (var tar = new TarWriter(zip, TarEntryFormat.Ustar))
        {
            foreach (var path in paths)
            {
                using var content = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Path.GetFileName(path) + Filler));
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, path) { DataStream = content });
            }
        }

        return bytes.ToArray();
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static string[] FilesOf(string folder) =>
        [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
