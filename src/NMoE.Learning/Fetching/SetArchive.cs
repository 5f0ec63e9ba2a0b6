using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace NMoE.Learning.Fetching;

/// <summary>Fetches a published data set: each of its files is downloaded or copied and checked, all are put together beside their place, and moved there in one step.</summary>
/// <param name="http">The client to download with.</param>
/// <param name="spec">The data set.</param>
public sealed class SetArchive(HttpClient http, SetSpec spec)
{
    /// <summary>A server that sends nothing for so long is given up. The default value is 60 seconds.</summary>
    public TimeSpan StallAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Fills a folder with the data set; does nothing where all its files are there and whole.</summary>
    /// <param name="source">Where the published files lie: null for where they are published; a folder or a server's folder, or of a set in one file also that file.</param>
    /// <param name="destination">The folder. While it is filled, files and a folder of like names lie beside it.</param>
    /// <param name="progress">Told of every piece received.</param>
    /// <param name="cancellation">Stops the download; the next call goes on from there.</param>
    /// <exception cref="FetchException">A download broke, a file is not the right one, or the destination is taken.</exception>
    public async Task GetAsync(ArchivePlace? source, string destination, IProgress<FetchProgress>? progress, CancellationToken cancellation)
    {
        var place = Path.TrimEndingDirectorySeparator(Path.GetFullPath(destination));
        var problem = spec.Files.FirstOrDefault(file => !File.Exists(Path.Combine(place, file))) is { } lacking ? $"it lacks {lacking}." : spec.Problem(place);
        if (problem is null)
            return;
        if (Path.Exists(place) && !(Directory.Exists(place) && !Directory.EnumerateFileSystemEntries(place).Any()))
            throw new FetchException($"{place} is there but holds no complete {spec.Name}: {problem} Remove the folder first (rm -r '{place}'), or name another one (--to).");

        var work = place + ".extracting";
        try
        {
            if (Directory.Exists(work))
                Directory.Delete(work, recursive: true);
            Directory.CreateDirectory(work);
            var parts = new List<string>();
            foreach (var part in spec.Parts)
                parts.Add(await InstallAsync(part, source, place, work, progress, cancellation).ConfigureAwait(false));
            if (spec.Files.FirstOrDefault(file => !File.Exists(Path.Combine(work, file))) is { } missing)
                throw new FetchException($"The archive holds no {missing}. {spec.Name} consists of {string.Join(", ", spec.Files)}.");
            if (Directory.Exists(place))
                Directory.Delete(place);
            Directory.Move(work, place);
            parts.ForEach(File.Delete);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException or OverflowException)
        {
            throw new FetchException($"{place} cannot be filled: {e.Message.TrimEnd('.')}. Whole files, and room and permission to write, are needed.", e);
        }
        finally
        {
            if (Directory.Exists(work))
                Directory.Delete(work, recursive: true);
        }
    }

    /// <summary>Puts what a part holds into the working folder.</summary>
    /// <returns>The file that it was downloaded into, to be deleted at the end; one that is not there where it was copied.</returns>
    private async Task<string> InstallAsync(SetPart part, ArchivePlace? source, string place, string work, IProgress<FetchProgress>? progress, CancellationToken cancellation)
    {
        var download = $"{place}.{part.Name}.part";
        var file = download;
        if (source is ArchivePlace.LocalFile local)
        {
            file = Local(part, local.Path);
            if (!await IsRightAsync(part, file, cancellation).ConfigureAwait(false))
                throw new FetchException($"{file}: it is not the {part.Name} that was published: SHA-256 {part.Sha256} is right. A whole copy is needed.");
        }
        else
        {
            var address = source is ArchivePlace.Server server ? spec.Parts.Length == 1 ? server.Address : new Uri($"{server.Address.ToString().TrimEnd('/')}/{part.Name}") : part.Address;
            await new ResumableDownload(http, address, download, part.Bytes, StallAfter).RunAsync(progress, cancellation).ConfigureAwait(false);
            if (!await IsRightAsync(part, download, cancellation).ConfigureAwait(false))
            {
                // A wrong file can never become right by going on, so the next attempt starts over.
                File.Delete(download);
                throw new FetchException($"{address}: it is not the {part.Name} that was published: SHA-256 {part.Sha256} is right. It was deleted; try again, or another source.");
            }
        }

        await UnpackAsync(part, file, work, cancellation).ConfigureAwait(false);
        return download;
    }

    private string Local(SetPart part, string path)
    {
        var file = Directory.Exists(path) ? Path.Combine(path, part.Name) : path;
        if (!File.Exists(file) || (spec.Parts.Length > 1 && !Directory.Exists(path)))
            throw new FetchException($"{path} holds no {part.Name}. Name the folder that holds {string.Join(", ", spec.Parts.Select(one => one.Name))}{(spec.Parts.Length == 1 ? ", or the file itself" : "")}.");
        return file;
    }

    private static async Task<bool> IsRightAsync(SetPart part, string path, CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        if (Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellation).ConfigureAwait(false)) == part.Sha256)
            return true;
        if (part.Unpacked is null)
            return false;
        try
        {
            file.Position = 0;
            await using var plain = new GZipStream(file, CompressionMode.Decompress);
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(plain, cancellation).ConfigureAwait(false)) == part.Unpacked;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private async Task UnpackAsync(SetPart part, string path, string work, CancellationToken cancellation)
    {
        if (part.Packing == Packing.None)
        {
            await using var whole = File.OpenRead(path);
            await WriteAsync(Path.Combine(work, part.Name), whole, cancellation).ConfigureAwait(false);
            return;
        }

        // Of a name in an archive its last part alone counts, and only where it is one that is waited for: nothing leads out of the folder.
        await using var file = File.OpenRead(path);
        if (part.Packing == Packing.Zip)
        {
            using var zip = new ZipArchive(file, ZipArchiveMode.Read);
            foreach (var entry in zip.Entries.Where(entry => spec.Files.Contains(entry.Name)))
            {
                await using var content = await entry.OpenAsync(cancellation).ConfigureAwait(false);
                await WriteAsync(Path.Combine(work, entry.Name), content, cancellation).ConfigureAwait(false);
            }

            return;
        }

        await using var plain = new GZipStream(file, CompressionMode.Decompress);
        await using var tar = new TarReader(plain);
        while (await tar.GetNextEntryAsync(copyData: false, cancellation).ConfigureAwait(false) is { } entry)
        {
            if (entry.DataStream is { } content && entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile && spec.Files.Contains(Path.GetFileName(entry.Name)))
                await WriteAsync(Path.Combine(work, Path.GetFileName(entry.Name)), entry.DataStream!, cancellation).ConfigureAwait(false);
        }
    }

    private static async Task WriteAsync(string path, Stream content, CancellationToken cancellation)
    {
        await using var target = new FileStream(path, FileMode.CreateNew);
        await content.CopyToAsync(target, cancellation).ConfigureAwait(false);
        target.Flush(flushToDisk: true);
    }
}
