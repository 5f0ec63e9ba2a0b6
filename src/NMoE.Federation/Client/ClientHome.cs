using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Federation.Roles;
using NMoE.Learning.Cost;
using NMoE.Learning.Experts;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;

namespace NMoE.Federation.Client;

/// <summary>
/// A client's mixtures at home: its own expert and stage 1's predictor, with a gate of its own that it trains when it first serves with it. One whose expert held no row out has no such gate, and answers as the predictor does.
/// </summary>
internal sealed class ClientHome(int number, Plan plan)
{
    private readonly int _held = HeldOut.Count(plan.Settings.Expert.Holdout, plan.Deal.Rows(number));

    /// <summary>Whether the rows are dealt that a gate learns from: after a crash test data may come first.</summary>
    public bool HasData(ClientState state) => _held == 0 || state.Shards.Training is not null || plan.Pipeline.Serving.Passes.All(pass => Form(pass.Gate) is null);

    /// <summary>The gate's training, where a pass needs one that is not there yet.</summary>
    public Roles.Compute? Training(ClientState state, int pass)
    {
        var gate = plan.Pipeline.Serving.Passes[pass].Gate;
        if (Form(gate) is not { } form || _held == 0 || state.Durable.Expert.HomeGates.ContainsKey(gate))
        {
            return null;
        }

        var keys = plan.Pipeline.Serving.KeysOf(gate) as PflKeys ?? new PflKeys();
        var parameters = new HomeGateParameters(form, plan.Settings.Expert.Holdout, plan.Seeds.Expert(number), keys.LearningRate, keys.WeightDecay, keys.Batch, keys.Epochs);
        var job = LearningJob.Create(
            parameters, plan.Seeds.Key("home-gate", number), Predictor(state), state.Durable.Expert.Model!, state.Durable.Expert.Latents!, state.Shards.Training!);
        return new(new RequestTag(Tags.HomeGate, pass, 0), job, LearningCost.HomeGate(form, _held, keys.Epochs));
    }

    /// <summary>What the mixture says of a request's samples; null for a gate that mixes nothing at home.</summary>
    /// <param name="tag">The purpose.</param>
    /// <param name="state">The client.</param>
    /// <param name="serving">The pass.</param>
    /// <param name="rows">Samples of the request.</param>
    public Roles.Compute? Mixed(RequestTag tag, ClientState state, ServingState serving, int rows)
    {
        var pass = plan.Pipeline.Serving.Passes[serving.Pass];
        if (Form(pass.Gate) is not { } form)
        {
            return null;
        }

        if (state.Durable.Expert.HomeGates.GetValueOrDefault(pass.Gate) is not { } gate)
        {
            return new(tag, LearningJob.Create(new ExpertLogitsParameters(plan.Model.Spec), 0, Predictor(state), serving.Latents!), Charges.Logits(plan.Model.Spec, rows));
        }

        ImmutableArray<BlobRef> seen = form.Input == HomeInput.Picture ? [state.Shards.Tests[pass.Test]] : [];
        var job = LearningJob.Create(new HomeMixtureParameters(form), 0, [gate, Predictor(state), state.Durable.Expert.Model!, serving.Latents!, .. seen]);
        return new(tag, job, LearningCost.HomeMixture(form, rows));
    }

    /// <summary>The client with a gate that it has trained.</summary>
    public ClientState Keep(ClientState state, int pass, BlobRef gate) => state with
    {
        Durable = state.Durable with { Expert = state.Durable.Expert with { HomeGates = state.Durable.Expert.HomeGates.SetItem(plan.Pipeline.Serving.Passes[pass].Gate, gate) } },
    };

    private HomeForm? Form(string gate) => Gates.Of(gate).Home is { } input ? new(plan.Model.Spec, plan.Model.ExpertSpec(number), input) : null;

    private static BlobRef Predictor(ClientState state) => state.Durable.Training.Own.Predictor!;
}
