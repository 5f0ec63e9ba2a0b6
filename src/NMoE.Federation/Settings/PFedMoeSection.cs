using NMoE.Learning.Jobs;
using NMoE.Learning.Keys;
using NMoE.Learning.Models;

namespace NMoE.Federation.Settings;

/// <summary>Stage 1 with two extractors a client: pFedMoE.</summary>
[Section("pfedmoe", """
    pFedMoE: each client has an extractor of its own beside the shared one of the section model, and a gate of its own that mixes what both give, picture by picture. Read only where extractor.method is pfedmoe.
    """)]
[When("extractor.method = pfedmoe")]
public sealed record PFedMoeSection
{
    [Key("The client's own extractor, with as many dimensions as model.extractor: resnet18, resnet18-imagenet, resnet8, cnn, lenet5, lenet5-relu, mlp, linear or vit-tiny, or one by its sizes, as there. Kinds of devices can have another one each (mix.NAME.pfedmoe.extractor).")]
    public string Extractor { get; init; } = ResNet18.ModelName;

    [Key("1..4096", "Width of the gate's hidden layer, on the picture. {range}.")]
    [When("pfedmoe.weights = gate")]
    public int Gate { get; init; } = 64;

    [Key("What both extractors weigh: gate (what the client's gate says), half (as much each), own (the own one alone: local training) or shared (the shared one alone: FedPer).")]
    public PFedMoeWeights Weights { get; init; } = PFedMoeWeights.Gate;
}
