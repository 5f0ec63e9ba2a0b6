using Mono.Cecil;
using NMoE.Learning.Identity;
using NMoE.Learning.Registry;

namespace NMoE.Learning.Tests.Identity;

/// <summary>What lies at a path counts only while it is what was loaded from there.</summary>
public sealed class LoadedCodeTests : IDisposable
{
    private static readonly string Learning = typeof(LearningFunctions).Assembly.Location;
    private static readonly Guid Loaded = typeof(LearningFunctions).Module.ModuleVersionId;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("nmoe-loaded-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_file_that_holds_what_was_loaded_is_read_whole()
    {
        Assert.Equal(File.ReadAllBytes(Learning), LoadedCode.Image(Copy(), Loaded).ToArray());
    }

    [Theory]
    [InlineData("built anew")]
    [InlineData("cut short")]
    [InlineData("empty")]
    [InlineData("no program")]
    [InlineData("gone")]
    [InlineData("a folder")]
    public void A_file_that_holds_anything_else_is_refused_by_its_name(string becomes)
    {
        var path = Copy();
        switch (becomes)
        {
            case "built anew":
                BuildAnew(path);
                break;
            case "cut short":
                File.WriteAllBytes(path, File.ReadAllBytes(path)[..2000]);
                break;
            case "empty":
                File.WriteAllBytes(path, []);
                break;
            case "no program":
                File.WriteAllText(path, new string('x', 10_000));
                break;
            default:
                File.Delete(path);
                break;
        }

        if (becomes == "a folder")
            Directory.CreateDirectory(path);

        var error = Assert.Throws<BuiltAnewException>(() => LoadedCode.Image(path, Loaded));

        Assert.StartsWith($"The program was built anew while it started: '{path}' no longer holds the code that runs", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Nothing was computed; start the same command again.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_hash_is_of_all_assemblies_of_ours_that_are_reached()
    {
        // Written down here: the name and version of each, a line each, in ordinal order.
        var lines = new[] { typeof(NMoE.Chance.Philox), typeof(NMoE.Compute.Jobs.Job), typeof(LearningFunctions) }
            .Select(type => $"{type.Assembly.GetName().Name} {type.Module.ModuleVersionId}\n");
        var expected = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(string.Concat(lines))));

        Assert.Equal(expected, LoadedCode.Take(typeof(LearningFunctions).Assembly).Hash);
    }

    private string Copy()
    {
        var path = Path.Combine(_folder.FullName, "NMoE.Learning.dll");
        File.Copy(Learning, path);
        return path;
    }

    private static void BuildAnew(string path)
    {
        using var module = ModuleDefinition.ReadModule(new MemoryStream(File.ReadAllBytes(path)));
        module.Mvid = new Guid("00000000-0000-0000-0000-000000000001");
        module.Write(path);
    }
}
