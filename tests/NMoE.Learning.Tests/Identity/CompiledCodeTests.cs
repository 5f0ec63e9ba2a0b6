using Mono.Cecil;
using Mono.Cecil.Cil;
using NMoE.Compute.Jobs;
using NMoE.Learning.Data;
using NMoE.Learning.Identity;
using NMoE.Learning.Jobs;
using NMoE.Learning.Registry;

namespace NMoE.Learning.Tests.Identity;

/// <summary>Each case changes one method in a copy of the compiled assembly, and asks whose hash moved.</summary>
public sealed class CompiledCodeTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("nmoe-code-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_same_code_has_the_same_hash_for_every_kind()
    {
        var learning = typeof(LearningFunctions).Assembly.Location;
        Assert.Empty(Moved(learning, learning));
    }

    [Theory]
    [InlineData("GateLoss", "Balance", new[] { "centralised-moe", "fedgate", "globalgate" })]
    [InlineData("Sgd", "Step", new[] { "centralised-moe", "fedce", "fedsc", "pfedmoe", "scaffold" })]
    [InlineData("Views", "Batch", new[] { "correlation", "fedsc" })]
    [InlineData("WeightedSum", "Of", new[] { "average", "average-gate-rows", "buffered-step", "discriminant", "external", "fedavgm", "scaffold-server" })]
    [InlineData("GeneratedSource", "CopyPicture", new[] { "shard" })]
    [InlineData("LearningCost", "Expert", new string[0])]
    public void A_changed_method_moves_the_kinds_that_reach_it_and_no_other(string type, string method, string[] kinds)
    {
        var learning = typeof(LearningFunctions).Assembly.Location;
        Assert.Equal(kinds.Order(StringComparer.Ordinal), Moved(learning, Changed(learning, type, method)));
    }

    /// <summary>Two kinds have no parameters to read.</summary>
    [Fact]
    public void What_all_kinds_reach_moves_all()
    {
        var learning = typeof(LearningFunctions).Assembly.Location;
        var moved = Moved(learning, Changed(learning, "LearningJob", "Parameters"));
        Assert.Equal(Functions.Select(function => function.Kind).Except([LabelsParameters.Kind, ExpertHitsParameters.Kind]).Order(StringComparer.Ordinal), moved);
    }

    private static IReadOnlyCollection<IJobFunction> Functions => LearningFunctions.All(new DataCatalog(null));

    private static string[] Moved(string before, string after)
    {
        var compute = typeof(Job).Assembly.Location;
        using var old = new CompiledCode([File.ReadAllBytes(before), File.ReadAllBytes(compute)]);
        using var changed = new CompiledCode([File.ReadAllBytes(after), File.ReadAllBytes(compute)]);
        return
        [
            .. Functions
                .Where(function => old.HashOf(function.GetType(), "Run") != changed.HashOf(function.GetType(), "Run"))
                .Select(function => function.Kind).Order(StringComparer.Ordinal),
        ];
    }

    private string Changed(string assembly, string type, string method)
    {
        using var module = ModuleDefinition.ReadModule(assembly);
        var found = module.GetTypes().Where(candidate => candidate.Name == type).SelectMany(candidate => candidate.Methods).Where(candidate => candidate.Name == method).ToArray();
        Assert.NotEmpty(found);
        foreach (var body in found.Where(candidate => candidate.HasBody).Select(candidate => candidate.Body))
        {
            body.GetILProcessor().InsertBefore(body.Instructions[0], Instruction.Create(OpCodes.Nop));
        }

        var copy = Path.Combine(_folder.FullName, Path.GetFileName(assembly));
        module.Write(copy);
        return copy;
    }
}
