using Mono.Cecil;
using Mono.Cecil.Cil;

namespace NMoE.Processes.Tests;

/// <summary>A program that is built anew while it runs.</summary>
public sealed class BuiltAnewSpecs : IDisposable
{
    private const string Sweep = """
        experiment { name = pair, clients = 2 }
        data { train-per-client = 20, test-per-client = 10 }
        extractor { rounds = 1, epochs = 1, batch = 20 }
        expert.epochs = 1
        gate.rounds = 1
        inference.gates = [localgate]
        sweep.axes.seed { 1 { seed = 1 }, 2 { seed = 2 } }
        """;

    private readonly CommandLine _line = new();

    public void Dispose() => _line.Dispose();

    [Fact]
    public void Its_results_are_remembered_under_the_code_that_made_them()
    {
        var program = CopyOfTheProgram();
        var file = _line.Write("pair.conf", Sweep);
        string[] arguments = ["sweep", file, "--out", _line.PathOf("runs"), "--set", $"compute.store.path={_line.PathOf("store")}"];
        using (var process = _line.StartAt(program, [], arguments))
        {
            process.BeginErrorReadLine();
            while (process.StandardOutput.ReadLine() is { } said && !said.StartsWith("experiment 1 of 2", StringComparison.Ordinal))
            {
            }

            BuildAnew(Path.Combine(program, "NMoE.Learning.dll"));
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
        }

        var again = _line.RunApart(arguments);

        Assert.Equal(0, again.Code);
        Assert.Contains("jobs       0 run,", again.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config", "pair.conf")]
    [InlineData("worker", "--join", "127.0.0.1:1")]
    [InlineData("verify-run", "pair.conf", "--into", ".")]
    public void A_process_of_other_code_than_the_command_that_started_it_ends_with_a_sentence(params string[] arguments)
    {
        _line.Write("pair.conf", Sweep);
        using var process = _line.Start(new() { ["NMOE_PARENT_CODE"] = new string('0', 64) }, arguments);
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();

        Assert.Equal(1, process.ExitCode);
        Assert.StartsWith("error: The program was built anew while it ran: the command has the code 000000000000, and a process that it started ", error, StringComparison.Ordinal);
        Assert.EndsWith("Start the same command again.\n", error, StringComparison.Ordinal);
    }

    /// <summary>Files that are replaced are real; all else is linked.</summary>
    private string CopyOfTheProgram()
    {
        var folder = Directory.CreateDirectory(_line.PathOf("program")).FullName;
        foreach (var entry in Directory.GetFileSystemEntries(AppContext.BaseDirectory))
        {
            var (name, to) = (Path.GetFileName(entry), Path.Combine(folder, Path.GetFileName(entry)));
            if (name.StartsWith("NMoE.", StringComparison.Ordinal) && name.EndsWith(".dll", StringComparison.Ordinal))
                File.Copy(entry, to);
            else
                File.CreateSymbolicLink(to, entry);
        }

        return folder;
    }

    /// <summary>As a build does: the file is replaced, by one in which averaging does something else.</summary>
    private static void BuildAnew(string path)
    {
        using var module = ModuleDefinition.ReadModule(new MemoryStream(File.ReadAllBytes(path)), new ReaderParameters { AssemblyResolver = new DefaultAssemblyResolver() });
        module.Mvid = new Guid("00000000-0000-0000-0000-000000000001");
        var changed = module.GetTypes().Single(type => type.Name == "LearningJob").Methods.First(method => method.Name == "Parameters").Body;
        changed.GetILProcessor().InsertBefore(changed.Instructions[0], Instruction.Create(OpCodes.Nop));
        module.Write(path + ".new");
        File.Move(path + ".new", path, overwrite: true);
    }
}
