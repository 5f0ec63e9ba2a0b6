using NMoE.Learning.Data;

namespace NMoE.Bench.Loads;

/// <summary>Federated averaging as others measure it: on drawn pictures, each client's round one epoch of plain SGD.</summary>
/// <param name="Name">Whose workload it is.</param>
/// <param name="Extractor">The model's name in configurations; its expert is linear.</param>
/// <param name="Shape">The pictures.</param>
/// <param name="Clients">Clients there are.</param>
/// <param name="Pictures">Pictures each.</param>
/// <param name="Cohort">Clients a round.</param>
/// <param name="Rounds">Rounds.</param>
/// <param name="Batch">Mini-batch size.</param>
/// <param name="Rate">Learning rate.</param>
internal sealed record FedAvgWork(string Name, string Extractor, PictureShape Shape, int Clients, int Pictures, int Cohort, int Rounds, int Batch, double Rate)
{
    private static readonly PictureShape Digits = new(1, 28, 28);

    /// <summary>Those that can be asked for.</summary>
    public static IReadOnlyList<FedAvgWork> All { get; } =
    [
        new("flute", "linear", Digits, 1000, 60, 10, 100, 10, 0.03),
        new("blazefl-cnn", "lenet5-relu", PictureShape.Cifar, 100, 500, 100, 1, 50, 0.1),
        new("blazefl-resnet18", "resnet18-imagenet", PictureShape.Cifar, 100, 500, 4, 1, 50, 0.1),
        new("mcmahan-cnn", "cnn", Digits, 100, 600, 10, 1, 10, 0.1),
    ];

    /// <summary>Keys of its experiment.</summary>
    public string[] Sets =>
    [
        Text($"experiment.clients={Clients}"), Text($"data.train-per-client={Pictures}"), "data.test-per-client=10", Text($"model.extractor={Extractor}"), "model.expert=linear", "model.width=64",
        "model.norm=batch", Text($"extractor.rounds={Rounds}"), "extractor.epochs=1", Text($"extractor.batch={Batch}"), Text($"extractor.learning-rate={Rate}"), "extractor.momentum=0",
        "extractor.weight-decay=0", "extractor.clip=1000000", "extractor.augmentation=none", Text($"extractor.participation={(double)Cohort / Clients}"), "expert.epochs=1",
        "inference.gates=[localgate]", "evaluation.enabled=off", "device.memory=64 GiB",
    ];

    /// <summary>Arguments of <c>bench/fedavg.py</c>.</summary>
    /// <param name="processes">Processes that train.</param>
    public string Arguments(int processes) => Text($"{Extractor} {Shape.Channels} {Shape.Height} {Clients} {Pictures} {Cohort} {Rounds} {Batch} {Rate} {processes}");

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
