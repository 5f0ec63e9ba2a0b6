using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using NMoE.Learning.Fetching;

namespace NMoE.Learning.Tests.Fetching;

/// <summary>Published data sets are fetched whole and right, or not at all.</summary>
public sealed class SetArchiveTests : IDisposable
{
    private readonly DataFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(Packing.Zip)]
    [InlineData(Packing.TarGz)]
    public async Task An_archive_leaves_its_files_and_nothing_that_leads_elsewhere(Packing packing)
    {
        var archive = Packed(packing, ("set/a.bin", [1, 2]), ("set/other.txt", [9]), ("../../b.bin", [3]));
        using var server = new ArchiveServer(archive);
        var spec = Spec(archive, packing, "a.bin", "b.bin");
        await Get(spec, ArchivePlace.Read(server.Source.ToString()));
        Assert.Equal(["a.bin", "b.bin"], Directory.GetFiles(_files.PathOf("place")).Select(Path.GetFileName).Order());
        Assert.Equal([1, 2], File.ReadAllBytes(_files.PathOf("place/a.bin")));
        Assert.Equal(["place"], Directory.GetFileSystemEntries(_files.Root).Select(Path.GetFileName));

        await Get(spec, null);
        Assert.Single(server.Ranges);
    }

    [Fact]
    public async Task A_set_in_several_files_comes_from_a_folder_and_packed_anew_it_is_right_too()
    {
        byte[] first = [1, 2, 3], second = [4, 5];
        var packed = DataFiles.Gzip(first);
        var spec = new SetSpec("set", "set", [Part("a.gz", [7]) with { Unpacked = Hash(first) }, Part("b.gz", DataFiles.Gzip(second))], ["a.gz", "b.gz"]);
        _files.Put("from/a.gz", packed);
        _files.Put("from/b.gz", DataFiles.Gzip(second));
        await Get(spec, ArchivePlace.Read(_files.PathOf("from")));
        Assert.Equal(packed, File.ReadAllBytes(_files.PathOf("place/a.gz")));
        Assert.True(File.Exists(_files.PathOf("from/b.gz")));
    }

    [Theory]
    [InlineData("from/a.gz", "a.gz: it is not the a.gz that was published: SHA-256 ")]
    [InlineData(null, "holds no a.gz. Name the folder that holds a.gz, b.gz.")]
    [InlineData("place/other", "place is there but holds no complete set: it lacks a.gz. Remove the folder first")]
    public async Task What_is_not_right_is_refused_and_nothing_is_left(string? put, string message)
    {
        var spec = new SetSpec("set", "set", [Part("a.gz", [7]) with { Unpacked = Hash([1]) }, Part("b.gz", [8])], ["a.gz", "b.gz"]);
        Directory.CreateDirectory(_files.PathOf("from"));
        if (put is not null)
            _files.Put(put, DataFiles.Gzip([2]));
        var refused = await Assert.ThrowsAsync<FetchException>(() => Get(spec, ArchivePlace.Read(_files.PathOf("from"))));
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_files.PathOf("place/a.gz")));
        Assert.Empty(Directory.GetDirectories(_files.Root, "*.extracting"));
    }

    [Fact]
    public async Task A_download_that_is_something_else_is_refused_and_deleted()
    {
        using var server = new ArchiveServer([1, 2, 3]);
        var spec = Spec([1, 2, 4], Packing.Zip, "a.bin");
        var refused = await Assert.ThrowsAsync<FetchException>(() => Get(spec, ArchivePlace.Read(server.Source.ToString())));
        Assert.Contains("It was deleted; try again, or another source.", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_files.Root));
    }

    [Fact]
    public void Every_set_that_is_fetched_is_one_that_is_read() => Assert.All(SetSpec.All, spec =>
    {
        Assert.Equal(spec.Name, Learning.Data.DataSources.Of(spec.Name).Name);
        Assert.All(spec.Parts, part => Assert.Matches("^[0-9a-f]{64}$", part.Sha256));
        Assert.NotEmpty(spec.Files);
    });

    private Task Get(SetSpec spec, ArchivePlace? from) => GetWith(spec, from, _files.PathOf("place"));

    private static async Task GetWith(SetSpec spec, ArchivePlace? from, string place)
    {
        using var http = new HttpClient();
        await new SetArchive(http, spec).GetAsync(from, place, null, CancellationToken.None);
    }

    private static SetSpec Spec(byte[] archive, Packing packing, params string[] files) => new("set", "set", [Part("archive", archive) with { Packing = packing }], [.. files]);

    private static SetPart Part(string name, byte[] bytes) => new(new Uri("http://127.0.0.1:9/" + name), bytes.Length, Hash(bytes));

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static byte[] Packed(Packing packing, params (string Name, byte[] Bytes)[] files)
    {
        using var packed = new MemoryStream();
        if (packing == Packing.Zip)
        {
            using var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true);
            foreach (var (name, bytes) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(bytes);
            }
        }
        else
        {
            using var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true);
            using var tar = new TarWriter(gzip);
            foreach (var (name, bytes) in files)
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes) });
        }

        return packed.ToArray();
    }
}
