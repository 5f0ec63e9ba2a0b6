using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using NMoE.Learning.Data;
using NMoE.Learning.Fetching;

namespace NMoE.Learning.Tests.Fetching;

/// <summary>A hurt archive leaves nothing behind, or all of the files that it holds.</summary>
public sealed class DamagedArchiveTests : IDisposable
{
    private static readonly byte[] Good = Archive();

    // In memory where there is such a place: each file of each archive is made sure of on its disk.
    private readonly DirectoryInfo _folder = Directory.CreateDirectory(Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), "nmoe-damaged-archive-" + Path.GetRandomFileName()));

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Only its own bytes have its checksum.</summary>
    [Fact]
    public void Damage_is_found_by_the_checksum() => Assert.True(
        Damage.Read<FetchException>(Good, bytes => Assert.Equal(Good, Fetched(bytes, Good))) >= Damage.Cases * 0.9);

    /// <summary>As if what was published were like that: what unpacks it must stand anything.</summary>
    [Fact]
    public void An_archive_that_was_published_hurt_is_refused_or_unpacked() => Damage.Read<FetchException>(Good, bytes => Fetched(bytes, bytes));

    private byte[] Fetched(byte[] sent, byte[] right)
    {
        var place = Path.Combine(_folder.FullName, "cifar");
        try
        {
            using var http = new HttpClient(new Sender(sent));
            var part = new SetPart(new("http://127.0.0.1/archive.tar.gz"), right.Length, Convert.ToHexStringLower(SHA256.HashData(right))) { Packing = Packing.TarGz };
            new SetArchive(http, new("cifar10", "cifar", [part], [.. Cifar10Folder.TrainFiles, Cifar10Folder.TestFile]))
                .GetAsync(new ArchivePlace.Server(new Uri("http://127.0.0.1/archive.tar.gz")), place, null, CancellationToken.None).GetAwaiter().GetResult();
            Assert.All([.. Cifar10Folder.TrainFiles, Cifar10Folder.TestFile], name => Assert.True(File.Exists(Path.Combine(place, name)), name));
            return sent;
        }
        catch (FetchException)
        {
            Assert.False(Directory.Exists(place), "A part of the archive was left.");
            throw;
        }
        finally
        {
            foreach (var entry in _folder.EnumerateFileSystemInfos())
            {
                if (entry is DirectoryInfo folder)
                    folder.Delete(recursive: true);
                else
                    entry.Delete();
            }
        }
    }

    private static byte[] Archive()
    {
        using var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionLevel.Fastest))
        using (var tar = new TarWriter(zip, TarEntryFormat.Ustar))
        {
            foreach (var name in Cifar10Folder.TrainFiles.Append(Cifar10Folder.TestFile))
            {
                using var content = new MemoryStream([.. "some bytes of "u8, .. System.Text.Encoding.UTF8.GetBytes(name)]);
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "cifar-10-batches-bin/" + name) { DataStream = content });
            }
        }

        return bytes.ToArray();
    }

    private sealed class Sender(byte[] bytes) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(bytes) });
    }
}
