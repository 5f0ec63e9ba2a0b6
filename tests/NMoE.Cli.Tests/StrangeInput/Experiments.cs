namespace NMoE.Cli.Tests.StrangeInput;

internal static class Experiments
{
    /// <summary>Two clients, four rounds, all stages.</summary>
    public const string Small = """
        experiment { name = small, clients = 2 }
        data { train-per-client = 60, test-per-client = 20 }
        extractor { rounds = 4, epochs = 1, batch = 20 }
        expert.epochs = 2
        gate.rounds = 2
        """;
}
