using System.Collections.Immutable;
using NMoE.Federation.Settings;
using NMoE.Learning.Experts;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;

namespace NMoE.Federation.Roles;

/// <summary>How a gate is trained in stage 3.</summary>
/// <param name="settings">The stage's settings.</param>
/// <param name="holdout">The share of a client's pictures that its expert holds out.</param>
/// <param name="model">What is trained.</param>
/// <param name="seeds">What chance follows from.</param>
public sealed class GateRules(GateSection settings, double holdout, Model model, Seeds seeds)
{
    /// <summary>Random features that a solved gate sees beside the latents; null where it is linear.</summary>
    public RandomFeatures? Features { get; } = settings is { Method: GateMethod.Discriminant, Features: > 0 and var count } ? new(count, seeds.GateKey("gate-features")) : null;

    /// <summary>Whether it needs the moments of all clients' latents together.</summary>
    public bool Standardises => Features is not null || settings is { Method: GateMethod.Rounds, Input: not InputForm.Latent };

    /// <summary>Bytes of a client's sums over latents and their random features.</summary>
    /// <param name="experts">Experts that it asks.</param>
    public double SumsBytes(int experts)
    {
        double width = model.Spec.Latent + (Features?.Count ?? 0);
        return sizeof(float) * (experts + (width * (width + experts)));
    }

    /// <summary>Bytes of the rows of the gate that travel with it to a client that may ask some experts alone; 0 where all travel.</summary>
    /// <param name="rows">Those experts; null for all.</param>
    /// <param name="isSolved">Whether it is the gate that was solved, and not one in training.</param>
    public long PartBytes(ImmutableArray<int>? rows, bool isSolved) => rows is not { } some ? 0
        : GateRows.Bytes(isSolved ? GateLayout.Served(model.Spec, some.Length, Features?.Count ?? 0) : GateLayout.Of(model.GateSpec, some.Length, model.LearnsNoise ? settings.NoiseForm : RouterNoise.Gaussian));

    private bool ReadsHeldOut => settings.Data == GateData.Holdout;

    /// <summary>How it is trained on the opinions of some experts. What a mode does not read stays out of the job's key.</summary>
    /// <param name="experts">Their numbers, ascending; places among <paramref name="rows"/> where those are given.</param>
    /// <param name="rows">The experts whose scores a client trains, ascending; null for all.</param>
    public GateParameters Training(ImmutableArray<int> experts, ImmutableArray<int>? rows = null) => new(
        model.GateSpec, rows?.Length ?? model.Experts, experts, settings.LearningRate, settings.Batch, settings.Epochs,
        settings.Balance, settings.NoiseForm, settings.NoiseForm == RouterNoise.Shazeer ? 0 : settings.Noise,
        settings.Gradient, settings.Gradient == GradientRule.None ? 1 : settings.Clip, settings.Mode, settings.Mode is GateMode.Switch or GateMode.TopK ? settings.K : 1)
    {
        Holdout = ReadsHeldOut ? holdout : 0,
        Input = settings.Input,
        Rows = rows,
    };

    /// <summary>Of a client's training pictures, how many the gate learns from.</summary>
    public int Rows(int training) => ReadsHeldOut ? HeldOut.Count(holdout, training) : training;

    /// <summary>Which rows a client's expert held out, where the gate learns from those; else 0.</summary>
    public ulong HoldoutSeed(int client) => ReadsHeldOut ? seeds.Expert(client) : 0;
}
