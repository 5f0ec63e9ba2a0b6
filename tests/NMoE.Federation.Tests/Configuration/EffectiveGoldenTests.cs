using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NMoE.Federation.Configuration;
using NMoE.Federation.Sweeps;

namespace NMoE.Federation.Tests.Configuration;

/// <summary>
/// What <c>effective.conf</c> says of every experiment of the repository, and of every profile, stays the same to the byte: <c>Golden/effective.txt</c> holds a hash of each. An
/// experiment that is new or changed changes its line there; a change of the code changes none.
/// </summary>
public sealed class EffectiveGoldenTests
{
    private static readonly string Base = AppContext.BaseDirectory;

    [Fact]
    public void Effective_configurations_are_those_of_the_golden_file()
    {
        var (golden, now) = (File.ReadAllLines(Path.Combine(Base, "golden", "effective.txt")), Found().ToArray());
        File.WriteAllLines(Path.Combine(Base, "golden", "effective.now.txt"), now);

        Assert.True(golden.SequenceEqual(now), $"Other than before: {string.Join(", ", now.Except(golden).Concat(golden.Except(now)).Select(line => line.Split(' ')[0]).Distinct())}. All lines as they are now: {Base}golden/effective.now.txt");
    }

    private static IEnumerable<string> Found()
    {
        var files = Directory.GetFiles(Path.Combine(Base, "experiments"), "*.conf", SearchOption.AllDirectories);
        foreach (var file in files.Select(path => Path.GetRelativePath(Base, path).Replace('\\', '/')).Order(StringComparer.Ordinal))
            yield return $"{file} {Hash(SweepReader.Read(file, [], [], Open))}";
        foreach (var sets in Profiles())
            yield return $"{string.Join(' ', sets)} {Hash(ExperimentReader.Read("x.conf", sets, _ => string.Empty))}";
    }

    private static IEnumerable<string[]> Profiles() =>
    [
        [], .. from profile in new[] { "cpu", "paper" } from method in new[] { "fedce", "fedsc" } select new[] { $"profile={profile}", $"extractor.method={method}" },
        .. new[] { "ideal", "wifi", "lte", "nr-5g", "nb-iot", "satellite", "lossy", "churn" }.Select(name => new[] { $"channel.profile={name}" }),
        .. new[] { "phone", "raspberry-pi-4", "jetson-nano", "laptop" }.Select(name => new[] { $"device.profile={name}" }),
        ["gate.recipe=robust"],
    ];

    private static string? Open(string file) => File.Exists(Path.Combine(Base, file)) ? File.ReadAllText(Path.Combine(Base, file)) : null;

    private static string Hash(SweepPlan sweep)
    {
        var text = new StringBuilder();
        foreach (var point in sweep.Points)
            text.Append(CultureInfo.InvariantCulture, $"{string.Join('/', point.Labels)}\n{string.Join('\n', point.Differences)}\n{Text(point.Configuration)}");
        return Hash(text.ToString());
    }

    private static string Hash(EffectiveConfiguration configuration) => Hash(Text(configuration));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Text(EffectiveConfiguration configuration) =>
        $"{configuration.Render()}{configuration.ConfigHash}\n{string.Join('\n', configuration.Warnings)}\n";
}
