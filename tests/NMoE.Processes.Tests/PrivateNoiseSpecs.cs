using System.Globalization;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace NMoE.Processes.Tests;

/// <summary>FedSC whose noise follows from a secret of the store.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class PrivateNoiseSpecs : IDisposable
{
    private const UnixFileMode OwnersOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const string Private = CommandLine.Small + """

        extractor { method = fedsc, rounds = 2 }
        fedsc { dimension = 16, privacy = noise, sigma = 0.01, secret = private }
        inference.gates = [localgate]
        evaluation.enabled = off
        """;

    private readonly CommandLine _line = new();

    private string Secret => SecretOf(_line);

    public void Dispose() => _line.Dispose();

    [Fact]
    public void Another_secret_gives_another_release_of_the_same_matrix_and_the_same_one_repeats_even_a_killed_run()
    {
        Assert.Equal(0, _line.RunExperiment(Private).Code);

        using var other = new CommandLine();
        Assert.Equal(0, other.RunExperiment(Private).Code);
        var (ours, theirs) = (FirstReleases(_line), FirstReleases(other));
        Assert.Equal(ours.Keys, theirs.Keys);
        Assert.Equal(2, ours.Count);
        Assert.All(ours.Keys, matrix => Assert.NotEqual(ours[matrix], theirs[matrix]));
        Assert.NotEqual(Hash(_line, "modelHash"), Hash(other, "modelHash"));

        using var again = new CommandLine();
        Directory.CreateDirectory(Path.GetDirectoryName(SecretOf(again))!);
        File.Copy(Secret, SecretOf(again));
        var file = again.Write("x.conf", Private);
        again.KillAfter("release", file);
        Assert.Equal(0, again.Run(again.RunArguments(file)).Code);
        Assert.Equal(Hash(_line, "stateHash"), Hash(again, "stateHash"));
        Assert.NotEqual(0, again.Manifest().GetProperty("jobsRemembered").GetInt64());
    }

    [Fact]
    public void The_secret_is_in_its_file_and_nowhere_else_and_an_estimate_reads_it_without_making_one()
    {
        var file = _line.Write("x.conf", Private);
        Assert.Equal(0, Cost(file).Code);
        Assert.False(Path.Exists(Path.GetDirectoryName(Secret)), "An estimate made a secret.");

        var ended = _line.Run(_line.RunArguments(file));
        Assert.Equal(0, ended.Code);
        var bits = File.ReadAllBytes(Secret);
        Assert.Equal(32, bits.Length);
        Assert.True(bits.Distinct().Count() > 16, "That is no random number.");
        Assert.Equal(OwnersOnly, File.GetUnixFileMode(Secret));
        Assert.Equal(OwnersOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(Secret)!));
        Assert.Equal([Secret], Directory.GetFiles(Path.GetDirectoryName(Secret)!));

        var verified = _line.RunApart("verify", file, "--threads", "1", "--out", _line.PathOf("verified"), "--set", $"compute.store.path={_line.PathOf("store")}");
        Assert.Equal(0, verified.Code);

        byte[][] secrets = [bits, .. Enumerable.Range(0, 2).Select(client => SHA256.HashData([.. Encoding.UTF8.GetBytes($"nmoe/1/noise-secret/client/{client}"), .. bits]))];
        var files = Directory.GetFiles(_line.PathOf(""), "*", SearchOption.AllDirectories).Where(path => path != Secret).ToArray();
        Assert.Contains(files, path => path.EndsWith("manifest.json", StringComparison.Ordinal));
        Assert.Contains(files, path => path.Contains("records", StringComparison.Ordinal));
        Assert.DoesNotContain(files, path => Holds(File.ReadAllBytes(path), secrets));
        Assert.False(Holds(Encoding.UTF8.GetBytes(ended.Output + ended.Error + verified.Output + verified.Error), secrets));

        // What the search looks for is found where it is.
        Assert.True(Holds([1, 2, .. bits[5..14]], secrets));
        Assert.True(Holds(Encoding.UTF8.GetBytes("x" + Convert.ToHexString(secrets[2])), secrets));

        using var cost = JsonDocument.Parse(Cost(file).Output);
        Assert.All(cost.RootElement.GetProperty("kinds").EnumerateArray(), kind => Assert.Equal(0, kind.GetProperty("jobs").GetInt64()));
    }

    [Fact]
    public void A_what_if_on_the_same_store_releases_nothing_anew()
    {
        Assert.Equal(0, _line.RunExperiment(Private).Code);
        Directory.Delete(_line.PathOf("runs"), recursive: true);
        Assert.Equal(0, _line.RunExperiment(Private, "channel.bandwidth=1 Mbit/s", "inference.gates=[rangate]").Code);
        Assert.Equal((0, 0), (CommandLine.JobsRun(_line.Manifest(), "release"), CommandLine.JobsRun(_line.Manifest(), "fedsc")));
    }

    [Theory]
    [InlineData("private", "a secret that its owner alone may read, secrets/noise in the store", "secrets/noise in the store")]
    [InlineData("seed", "the seed", "the seed")]
    public void Table_page_and_manifest_say_what_the_noise_follows_from(string mode, string table, string manifest)
    {
        var ended = _line.RunExperiment(Private, $"fedsc.secret={mode}", "extractor.rounds=1");
        Assert.Contains($"(the noise follows from {table}; weights,", ended.Output, StringComparison.Ordinal);
        var folder = Assert.Single(Directory.GetDirectories(_line.PathOf("runs")));
        Assert.Contains($"noise follows from {table};", File.ReadAllText(Path.Combine(folder, "report.html")), StringComparison.Ordinal);
        Assert.Equal(manifest, _line.Manifest().GetProperty("noiseFrom").GetString());
        Assert.Equal(mode == "private", File.Exists(Secret));
        Assert.Equal(0, _line.Run("plot", folder).Code);
    }

    [Fact]
    public void Without_noise_there_is_no_secret()
    {
        Assert.Equal(0, _line.RunExperiment(Private, "fedsc.privacy=off", "extractor.rounds=1").Code);
        Assert.False(Path.Exists(Path.GetDirectoryName(Secret)));
        Assert.False(_line.Manifest().TryGetProperty("noiseFrom", out _));
    }

    [Theory]
    [InlineData(32, OwnersOnly | UnixFileMode.GroupRead, "may be read or written by others than its owner. Set its mode: chmod 600")]
    [InlineData(31, OwnersOnly, "has 31 bytes instead of 32")]
    public void A_secret_that_is_none_is_refused(int bytes, UnixFileMode mode, string message)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Secret)!);
        File.WriteAllBytes(Secret, new byte[bytes]);
        File.SetUnixFileMode(Secret, mode);
        var ended = _line.RunExperiment(Private);
        Assert.Equal(2, ended.Code);
        Assert.Contains(message, ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
    }

    private static string SecretOf(CommandLine line) => Path.Combine(line.PathOf("store"), "secrets", "noise");

    private Ended Cost(string file) => _line.Run("cost", file, "--json", "--set", $"compute.store.path={_line.PathOf("store")}");

    private static string? Hash(CommandLine line, string name) => line.Manifest().GetProperty(name).GetString();

    /// <summary>What the clients released of the first round's matrices, which no noise has touched yet, by matrix.</summary>
    private static SortedDictionary<string, string> FirstReleases(CommandLine line)
    {
        var records = Directory.GetFiles(Path.Combine(line.PathOf("store"), "records"), "*.json", SearchOption.AllDirectories).Select(path =>
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path));
            return document.RootElement.GetProperty("record").Clone();
        }).ToArray();
        string Output(JsonElement record) => record.GetProperty("Result").GetProperty("Outputs")[0].GetProperty("Hash").GetProperty("Hex").GetString()!;
        JsonElement[] Of(string kind) => [.. records.Where(record => record.GetProperty("Job").GetProperty("Kind").GetString() == kind)];
        string[] Inputs(JsonElement record) =>
            [.. record.GetProperty("Job").GetProperty("Inputs").EnumerateArray().Select(input => input.GetProperty("Hash").GetProperty("Hex").GetString()!)];
        var drawn = Of("init").Select(Output).ToArray();
        var first = Of("correlation").Where(record => drawn.Contains(Inputs(record)[0])).Select(Output).ToArray();
        return new(Of("release").Where(record => first.Contains(Inputs(record)[0])).ToDictionary(record => Inputs(record)[0], Output), StringComparer.Ordinal);
    }

    /// <summary>Whether eight bytes of a secret stand somewhere, as they are, in hexadecimal digits or in base 64.</summary>
    private static bool Holds(ReadOnlySpan<byte> bytes, byte[][] secrets)
    {
        var text = Encoding.Latin1.GetString(bytes).ToLower(CultureInfo.InvariantCulture);
        foreach (var secret in secrets)
        {
            for (var at = 0; at + 8 <= secret.Length; at++)
            {
                if (bytes.IndexOf(secret.AsSpan(at, 8)) >= 0 || text.Contains(Convert.ToHexStringLower(secret.AsSpan(at, 8)), StringComparison.Ordinal))
                    return true;
            }

            if (text.Contains(Convert.ToBase64String(secret)[..12].ToLower(CultureInfo.InvariantCulture), StringComparison.Ordinal))
                return true;
        }

        return false;
    }
}
