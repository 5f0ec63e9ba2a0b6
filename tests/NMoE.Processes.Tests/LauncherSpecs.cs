using System.Diagnostics;
using System.Runtime.Versioning;

namespace NMoE.Processes.Tests;

/// <summary>What the launcher says of a build that fails: with a <c>dotnet</c> that fails as told.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class LauncherSpecs : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("nmoe-launcher-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("/a/x.csproj : error NU1301: Unable to load the service index for source https://api.nuget.org/v3/index.json.", "the build needs packages that are not on this machine, and their registry cannot be reached. Connect it, or set NUGET_PACKAGES")]
    [InlineData("/s/T.targets(1,1): error MSB3030: Could not copy the file \"/h/.nuget/packages/p/1.0/runtimes/linux-x64/native/l.so\" because it was not found. [/a/x.csproj]", "/native/l.so is gone. Remove its package, which the next build fetches again: rm -r '/h/.nuget/packages/p/1.0'")]
    [InlineData("/s/T.targets(1,1): error MSB3030: Could not copy the file \"/a/obj/x.dll\" because it was not found. [/a/x.csproj]", "the build failed: error MSB3030: Could not copy")]
    [InlineData("/a/P.cs(3,4): error CS1002: ; expected [/a/x.csproj]", "the build failed: error CS1002: ; expected")]
    [InlineData("Killed", "the build failed: see ")]
    public void A_build_that_fails_is_explained_in_a_sentence(string log, string says)
    {
        var (code, errors) = Launch(_folder.FullName, log);

        Assert.Equal(3, code);
        Assert.Contains(says, errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1], StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder.FullName, "artifacts", "built")));
    }

    [Theory]
    [InlineData("there", "")]
    [InlineData("missing", "missing) cannot be written; the build keeps its packages in ")]
    [InlineData(null, "(HOME is not set) cannot be written; the build keeps its packages in ")]
    public void A_home_that_cannot_be_written_is_told_and_replaced(string? home, string says)
    {
        _folder.CreateSubdirectory("there");

        var (_, errors) = Launch(home is null ? null : Path.Combine(_folder.FullName, home), "Killed");

        var told = errors.Split('\n').Where(line => line.StartsWith("nmoe: the home", StringComparison.Ordinal)).ToArray();
        Assert.Equal(says.Length == 0 ? 0 : 1, told.Length);
        Assert.All(told, line => Assert.Contains(says, line, StringComparison.Ordinal));
        var used = File.ReadAllText(Path.Combine(_folder.FullName, "home")).Trim();
        Assert.Equal(Path.Combine(_folder.FullName, says.Length == 0 ? "there" : Path.Combine("artifacts", "home")), used);
    }

    private (int Code, string Errors) Launch(string? home, string log)
    {
        var tools = _folder.CreateSubdirectory("tools").FullName;
        _folder.CreateSubdirectory("src/NMoE.Cli");
        File.Copy(Path.Combine(Top(), "nmoe"), Path.Combine(_folder.FullName, "nmoe"));
        File.WriteAllText(Path.Combine(_folder.FullName, "log"), log + "\n");
        var dotnet = Path.Combine(tools, "dotnet");
        File.WriteAllText(dotnet, $"#!/bin/sh\ncase $1 in --version) exit 0 ;; esac\necho \"$HOME\" >'{_folder.FullName}/home'\ncat '{_folder.FullName}/log'\nexit 1\n");
        File.SetUnixFileMode(dotnet, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var start = new ProcessStartInfo("bash") { RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(_folder.FullName, "nmoe"));
        start.ArgumentList.Add("config");
        start.Environment["PATH"] = tools + ":" + Environment.GetEnvironmentVariable("PATH");
        start.Environment.Remove("HOME");
        if (home is not null)
            start.Environment["HOME"] = home;
        using var process = Process.Start(start) ?? throw new InvalidOperationException("bash did not start.");
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, errors);
    }

    private static string Top()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "NMoE.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }
}
