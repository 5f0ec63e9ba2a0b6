using System.Security.Cryptography;
using NMoE.Compute.Store;
using NMoE.Federation.Roles;
using NMoE.Learning.Jobs;
using NMoE.Learning.Privacy;

namespace NMoE.Cli.Running;

/// <summary>
/// The secret that private noise follows from: 32 bytes beside a store's records, which their owner alone may read. One a store, not one a run: the same matrix then has
/// the same noise in every experiment on the store, so that at one sigma it is released once and what-ifs find their jobs.
/// </summary>
public static class SecretFile
{
    /// <summary>Where it is, as reports say.</summary>
    public const string Place = "secrets/noise in the store";

    /// <summary>Whether an experiment's noise follows from a secret.</summary>
    public static bool IsNeeded(Plan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return plan.Pipeline.Noise is NoiseKey.Private;
    }

    /// <summary>The secret's file in a store.</summary>
    public static string PathIn(StoreSettings store)
    {
        ArgumentNullException.ThrowIfNull(store);
        return Path.Combine(Path.GetFullPath(store.Path), "secrets", "noise");
    }

    /// <summary>The secret, or null where none was made yet.</summary>
    /// <exception cref="SecretException">The file cannot be read, others may read it, or it does not hold a secret.</exception>
    public static NoiseSecret? Find(string path)
    {
        try
        {
            if (!File.Exists(path))
                return null;
            CheckOwners(path);
            var bits = File.ReadAllBytes(path);
            try
            {
                return bits.Length == NoiseSecret.Size ? new NoiseSecret(bits) : throw Refused(
                    path, FormattableString.Invariant($"has {bits.Length} bytes instead of {NoiseSecret.Size}"), "Restore it; without it the next run makes new noise, which is a release of its own");
            }
            finally
            {
                CryptographicOperations.ZeroMemory(bits);
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Refused(path, $"cannot be read ({problem.Message.TrimEnd('.')})", "Let its owner run this, or choose a store of your own (compute.store.path)", problem);
        }
    }

    /// <summary>The secret; made by the operating system's generator where there is none yet.</summary>
    /// <exception cref="SecretException">It cannot be read or written.</exception>
    public static NoiseSecret FindOrMake(string path)
    {
        if (Find(path) is { } secret)
            return secret;
        try
        {
            Make(path);
        }
        catch (OthersMayReadException problem)
        {
            throw Refused(path, $"cannot be kept: {problem.Message}", "Choose a store on a file system that keeps modes (compute.store.path)", problem);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Refused(path, $"cannot be written ({problem.Message.TrimEnd('.')})", "Choose a store that this user may write (compute.store.path)", problem);
        }

        return Find(path) ?? throw Refused(path, "went away as soon as it was written", "Leave the store's files alone while a run goes on");
    }

    /// <summary>Written beside its place and linked into it, so that it is there whole or not at all, and the first of two processes wins.</summary>
    private static void Make(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        OwnersOnly.MakeFolder(folder);
        var beside = Path.Combine(folder, FormattableString.Invariant($".noise.{Guid.NewGuid():N}"));
        var bits = RandomNumberGenerator.GetBytes(NoiseSecret.Size);
        try
        {
            OwnersOnly.Write(beside, bits);
            File.Move(beside, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was first; its secret counts.
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bits);
            File.Delete(beside);
        }
    }

    private static void CheckOwners(string path)
    {
        if (OwnersOnly.IsOpenToOthers(path))
            throw Refused(path, "may be read or written by others than its owner", $"Set its mode: chmod 600 '{path}'. What others may have read is no secret any more");
    }

    private static SecretException Refused(string path, string problem, string remedy, Exception? cause = null) =>
        new($"The secret for noise '{path}' {problem}. {remedy}.", cause);
}
