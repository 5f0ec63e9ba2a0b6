using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using NMoE.Cluster.Live.Hosting;

namespace NMoE.Cluster.Live;

/// <summary>Which code a process runs: what nodes of one live run must have in common.</summary>
public static class LiveCode
{
    /// <summary>
    /// SHA-256 over the assemblies of NMoE that this process has loaded to take part in a run, each by the identity that the compiler gave it: the same source gives the same. In lowercase
    /// hexadecimal digits.
    /// </summary>
    public static string OfThisProcess { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(';', Parts(typeof(LiveHost).Assembly).Order(StringComparer.Ordinal)))));

    private static IEnumerable<string> Parts(Assembly top) =>
        top.GetReferencedAssemblies().Where(name => name.Name!.StartsWith("NMoE.", StringComparison.Ordinal)).Select(Assembly.Load).SelectMany(Parts)
            .Append($"{top.GetName().Name}={top.ManifestModule.ModuleVersionId}").Distinct(StringComparer.Ordinal);
}
