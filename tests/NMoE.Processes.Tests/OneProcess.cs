using System.Text.Json;

namespace NMoE.Processes.Tests;

/// <summary>What one process computes, once for all specs of a cluster.</summary>
public sealed class OneProcess
{
    /// <summary>Jobs of a few hundred milliseconds, so that some are under way when a process dies.</summary>
    public const string Experiment = """
        experiment { name = small, clients = 3 }
        data { train-per-client = 100, test-per-client = 20 }
        extractor { rounds = 5, epochs = 1, batch = 20 }
        expert.epochs = 2
        gate.rounds = 2
        """;

    /// <summary>Enough rounds for a worker to be killed in ten of them, and for others after it.</summary>
    public const string LongExperiment = """
        experiment { name = small, clients = 3 }
        data { train-per-client = 100, test-per-client = 20 }
        extractor { rounds = 30, epochs = 1, batch = 20 }
        expert.epochs = 2
        gate.rounds = 2
        """;

    public OneProcess()
    {
        using var line = new CommandLine();
        Assert.Equal(0, line.RunExperiment(Experiment).Code);
        Manifest = line.Manifest();
    }

    public JsonElement Manifest { get; }
}
