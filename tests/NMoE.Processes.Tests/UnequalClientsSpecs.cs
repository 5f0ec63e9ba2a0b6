namespace NMoE.Processes.Tests;

/// <summary>Clients with different numbers of pictures train, serve and are compared, to the end and without nonsense.</summary>
public sealed class UnequalClientsSpecs : IDisposable
{
    private const string Rest = """
        experiment { name = unequal, clients = 3 }
        data { train-per-client = 24, test-per-client = 8 }
        model { extractor = lenet5-relu, expert = linear }
        extractor { rounds = 2, epochs = 1, batch = 10 }
        expert.epochs = 2
        gate.rounds = 2
        rollgate.laps = 1
        inference { gates = [fedgate, rangate, localgate, rollgate, priorgate], test-partitions = [same, iid] }
        evaluation { baselines = [centralised-moe, local-classifier, fedavg-classifier, one-shot-classifier], references = [globalgate] }
        """;

    private readonly CommandLine _line = new();
    private readonly DataFiles _files = new();

    public void Dispose()
    {
        _line.Dispose();
        _files.Dispose();
    }

    [Theory]
    [InlineData("data.sizes=log-normal", "pictures a client")]
    [InlineData("data.sizes=dirichlet", "data.partition=dirichlet", "pictures a client")]
    [InlineData("data.sizes=log-normal", "extractor.method=fedsc", "evaluation.baselines=[]", "gate.recipe=robust", "pictures a client")]
    [InlineData("data.sizes=log-normal", "extractor.algorithm=scaffold", "extractor.momentum=0", "pictures a client")]
    public void Drawn_sizes_are_run_to_the_end(params string[] sets) => Ends(Rest, sets[..^1], " to ", sets[^1]);

    /// <summary>Three users with 20, 5 and 9 training and 4, 2 and 1 test pictures.</summary>
    [Fact]
    public void Users_are_clients_with_what_they_have()
    {
        int[] train = [20, 5, 9], test = [4, 2, 1];
        var path = _files.Put("users.npz", DataFiles.Npz(
            ("x", Pictures(34)), ("y", Labels(34)), ("client", Owners(train)), ("x_test", Pictures(7)), ("y_test", Labels(7)), ("client_test", Owners(test))));
        Ends(Rest + $"\ndata {{ name = npz, path = \"{path}\", partition = natural }}\ninference.test-partitions = [same]", [], "by user, 5 to 20 pictures a client", "by user, 1 to 4 pictures a client");
    }

    private void Ends(string text, string[] sets, params string[] said)
    {
        var ended = _line.RunExperiment(text, sets);
        Assert.True(ended.Code == 0, ended.Error);
        var page = File.ReadAllText(Path.Combine(Assert.Single(Directory.GetDirectories(_line.PathOf("runs"))), "report.html"));
        Assert.All(said, words => Assert.Contains(words, ended.Output + ended.Error, StringComparison.Ordinal));
        Assert.DoesNotContain("NaN", ended.Output + page, StringComparison.Ordinal);
    }

    private static byte[] Pictures(int count) =>
        DataFiles.Npy("|u1", $"({count}, 28, 28)", [.. Enumerable.Range(0, count * 784).Select(place => (byte)((place / 784 % 3 * 80) + (place % 7)))]);

    private static byte[] Labels(int count) => DataFiles.Npy("<i8", $"({count},)", DataFiles.Longs(Enumerable.Range(0, count).Select(row => (long)(row % 3))));

    private static byte[] Owners(int[] counts) =>
        DataFiles.Npy("<i8", $"({counts.Sum()},)", DataFiles.Longs(counts.SelectMany((count, user) => Enumerable.Repeat((long)user, count))));
}
