using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using NMoE.Learning.Data;

namespace NMoE.Learning.Fetching;

/// <summary>Fetches CIFAR-10: downloads the archive, checks it, extracts it beside its place and moves it there in one step.</summary>
/// <param name="http">The client to download with.</param>
/// <param name="spec">What the archive must be.</param>
public sealed class Cifar10Archive(HttpClient http, ArchiveSpec spec)
{
    private const string FolderName = Cifar10Folder.Name;
    private static readonly string[] Needed = [.. Cifar10Folder.TrainFiles, Cifar10Folder.TestFile];
    private static readonly string[] Welcome = [.. Needed, "batches.meta.txt", "readme.html"];

    /// <summary>Where the archive is published.</summary>
    public static string OfficialSource => "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz";

    /// <summary>A server that sends nothing for so long is given up. The default value is 60 seconds.</summary>
    public TimeSpan StallAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Fills <paramref name="destination"/> with the data set; does nothing when it is there, complete and whole.</summary>
    /// <param name="source">The archive, a gzipped tar. A file stays as it is.</param>
    /// <param name="destination">The folder that will hold the .bin files. While it is fetched, a file and a folder of like names lie
    /// beside it.</param>
    /// <param name="progress">Told of every piece received.</param>
    /// <param name="cancellation">Stops the download; the next call goes on from there.</param>
    /// <returns>What the folder holds now.</returns>
    /// <exception cref="FetchException">The download broke, the archive is not the right one, or the destination is taken.</exception>
    public async Task<Cifar10Folder> GetAsync(ArchivePlace source, string destination, IProgress<FetchProgress>? progress, CancellationToken cancellation)
    {
        var place = Path.TrimEndingDirectorySeparator(Path.GetFullPath(destination));
        if (spec.Judge(place) is { IsComplete: true } there)
            return there;
        if (Path.Exists(place) && !IsEmptyFolder(place))
            throw Taken(place);
        PrepareParent(place);
        switch (source)
        {
            case ArchivePlace.LocalFile file:
                await CheckAsync(file.Path, cancellation).ConfigureAwait(false);
                await InstallAsync(file.Path, place, cancellation).ConfigureAwait(false);
                break;
            case ArchivePlace.Server server:
                var part = place + ".tar.gz.part";
                await new ResumableDownload(http, server.Address, part, spec.Bytes, StallAfter).RunAsync(progress, cancellation).ConfigureAwait(false);
                await CheckPartAsync(server, part, cancellation).ConfigureAwait(false);
                await InstallAsync(part, place, cancellation).ConfigureAwait(false);
                File.Delete(part);
                break;
        }

        return spec.Judge(place);
    }

    private FetchException Taken(string place)
    {
        var found = spec.Judge(place);
        var problem = found.Problems.FirstOrDefault()
            ?? $"it lacks {Needed.FirstOrDefault(name => !found.Whole.Contains(name)) ?? "its batches"}.";
        return new($"{place} is there but is not a complete CIFAR-10: {problem} Remove the folder first (rm -r '{place}'), or name another one (--to).");
    }

    private static bool IsEmptyFolder(string place) => Directory.Exists(place) && !Directory.EnumerateFileSystemEntries(place).Any();

    private static void PrepareParent(string place)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FetchException(
                $"{Path.GetDirectoryName(place)} cannot be made: {e.Message.TrimEnd('.')}. A folder that can be written is needed.", e);
        }
    }

    private async Task CheckAsync(string archive, CancellationToken cancellation)
    {
        try
        {
            if (await HashAsync(archive, cancellation).ConfigureAwait(false) is var actual && actual != spec.Sha256)
                throw new FetchException($"{archive}: the archive's SHA-256 is {actual}, {spec.Sha256} is right. CIFAR-10's binary version as published is needed.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FetchException($"{archive} cannot be read: {e.Message.TrimEnd('.')}. Name the archive itself (cifar-10-binary.tar.gz), or an address with http:// or https://.", e);
        }
    }

    private async Task CheckPartAsync(ArchivePlace.Server source, string part, CancellationToken cancellation)
    {
        var actual = await HashAsync(part, cancellation).ConfigureAwait(false);
        if (actual == spec.Sha256)
            return;

        // A wrong file can never become right by going on, so the next attempt starts over.
        File.Delete(part);
        throw new FetchException(
            $"{source}: the archive's SHA-256 is {actual}, {spec.Sha256} is right. It was deleted; try again, or another source.");
    }

    private static async Task<string> HashAsync(string path, CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellation).ConfigureAwait(false));
    }

    private static async Task InstallAsync(string part, string place, CancellationToken cancellation)
    {
        var work = place + ".extracting";
        if (Directory.Exists(work))
            Directory.Delete(work, recursive: true);
        try
        {
            Directory.CreateDirectory(work);
            await ExtractAsync(part, work, cancellation).ConfigureAwait(false);
            if (Needed.FirstOrDefault(name => !File.Exists(Path.Combine(work, name))) is { } missing)
            {
                throw new FetchException(
                    $"The archive holds no {FolderName}/{missing}. CIFAR-10's binary archive holds {string.Join(", ", Needed)}.");
            }

            if (Directory.Exists(place))
                Directory.Delete(place);
            Directory.Move(work, place);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException or OverflowException)
        {
            // The base library's reader says of some damaged headers that a number overflows.
            throw new FetchException(
                $"The archive cannot be extracted into {place}: {e.Message.TrimEnd('.')}. A whole archive and room for 180 MB are needed.",
                e);
        }
        finally
        {
            if (Directory.Exists(work))
                Directory.Delete(work, recursive: true);
        }
    }

    private static async Task ExtractAsync(string part, string work, CancellationToken cancellation)
    {
        await using var file = File.OpenRead(part);
        await using var plain = new GZipStream(file, CompressionMode.Decompress);
        await using var tar = new TarReader(plain);
        while (await tar.GetNextEntryAsync(copyData: false, cancellation).ConfigureAwait(false) is { } entry)
        {
            Refuse(entry);
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || !IsWelcome(entry.Name))
                continue;
            await using var target = new FileStream(Path.Combine(work, Path.GetFileName(entry.Name)), FileMode.CreateNew);
            if (entry.DataStream is { } data)
                await data.CopyToAsync(target, cancellation).ConfigureAwait(false);
            target.Flush(flushToDisk: true);
        }
    }

    private static bool IsWelcome(string name) =>
        name.Split('/') is [FolderName, var file] && Welcome.Contains(file, StringComparer.Ordinal);

    private static void Refuse(TarEntry entry)
    {
        var steps = entry.Name.Split('/', '\\');
        if (steps.Contains("..") || steps[0].Length == 0 || steps[0].EndsWith(':'))
        {
            throw new FetchException(
                $"The archive holds the path '{entry.Name}', which leads out of its folder. CIFAR-10's own holds {FolderName}/... only.");
        }
    }
}
