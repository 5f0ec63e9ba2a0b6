using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;
using System.Text;
using NMoE.Chance;
using NMoE.Compute.Jobs;

namespace NMoE.Learning.Identity;

/// <summary>
/// The code that this process runs. A program may be built anew while it runs, and its files then hold other code than the process: they are read once, at start, and only as far
/// as they are what was loaded.
/// </summary>
public sealed class LoadedCode
{
    private const string Ours = "NMoE.";
    private static readonly Lazy<LoadedCode> OfProcess = new(() => Take(Assembly.GetEntryAssembly() ?? typeof(LoadedCode).Assembly));
    private readonly ImmutableArray<ReadOnlyMemory<byte>> _jobs;
    private readonly ConcurrentDictionary<Type, string> _byFunction = new();

    private LoadedCode(ImmutableSortedDictionary<string, (Guid Version, ReadOnlyMemory<byte> Image)> assemblies)
    {
        _jobs = [.. new[] { typeof(LoadedCode), typeof(Job), typeof(Philox) }.Select(type => assemblies[type.Assembly.GetName().Name!].Image)];
        Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(
            assemblies.Select(assembly => $"{assembly.Key} {assembly.Value.Version}\n")))));
    }

    /// <summary>The code of this process. A program asks for it first of all, before anything can have been built anew.</summary>
    /// <exception cref="BuiltAnewException">A file no longer holds what was loaded from it.</exception>
    public static LoadedCode OfThisProcess => OfProcess.Value;

    /// <summary>SHA-256, in lower-case hexadecimal digits, over the versions that the compiler gave the program's own assemblies: the same source, compiled alike, gives the same everywhere.</summary>
    public string Hash { get; }

    /// <summary>Loads all of the program's own assemblies and reads their files.</summary>
    /// <param name="root">The assembly that names the others.</param>
    /// <exception cref="BuiltAnewException">A file does not hold what was loaded from it.</exception>
    internal static LoadedCode Take(Assembly root) => new(
        Closure(root).ToImmutableSortedDictionary(
            assembly => assembly.GetName().Name!, assembly => (assembly.ManifestModule.ModuleVersionId, Image(assembly)), StringComparer.Ordinal));

    /// <summary>SHA-256, in lower-case hexadecimal digits, over all the code that a kind of job can reach.</summary>
    internal string HashOf(IJobFunction function) => _byFunction.GetOrAdd(function.GetType(), type =>
    {
        using var code = new CompiledCode(_jobs);
        return code.HashOf(type, nameof(IJobFunction.Run));
    });

    /// <summary>The bytes of a file that a module was loaded from.</summary>
    /// <exception cref="BuiltAnewException">It holds another module by now, or none.</exception>
    internal static ReadOnlyMemory<byte> Image(string path, Guid loaded)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            return VersionOf(bytes) == loaded ? bytes : throw new BuiltAnewException(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or BadImageFormatException or InvalidOperationException)
        {
            throw new BuiltAnewException(path, problem);
        }
    }

    private static ReadOnlyMemory<byte> Image(Assembly assembly) => Image(assembly.Location, assembly.ManifestModule.ModuleVersionId);

    private static Guid VersionOf(byte[] image)
    {
        using var file = new PEReader(new MemoryStream(image, writable: false));
        var metadata = file.GetMetadataReader();
        return metadata.GetGuid(metadata.GetModuleDefinition().Mvid);
    }

    private static IEnumerable<Assembly> Closure(Assembly root)
    {
        var found = new SortedDictionary<string, Assembly>(StringComparer.Ordinal);
        var waiting = new Queue<Assembly>([root, typeof(LoadedCode).Assembly]);
        while (waiting.TryDequeue(out var assembly))
        {
            if (!assembly.GetName().Name!.StartsWith(Ours, StringComparison.Ordinal) || !found.TryAdd(assembly.GetName().Name!, assembly))
            {
                continue;
            }

            foreach (var name in assembly.GetReferencedAssemblies().Where(name => name.Name!.StartsWith(Ours, StringComparison.Ordinal)))
            {
                waiting.Enqueue(Assembly.Load(name));
            }
        }

        return found.Values;
    }
}
