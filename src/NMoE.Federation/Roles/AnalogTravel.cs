using NMoE.Compute.Blobs;
using NMoE.Federation.Settings;
using NMoE.Learning.Analog;
using NMoE.Learning.Jobs;

namespace NMoE.Federation.Roles;

/// <summary>Latents that travel as numbers and arrive with noise, which is drawn by whose they are and who hears them. Nobody is charged for what the channel does.</summary>
internal sealed class AnalogTravel(Plan plan)
{
    private const string Signals = "analog-signals";

    private readonly LatentSection _settings = plan.Settings.Latent;

    /// <summary>Whether they travel so.</summary>
    public bool IsOn => _settings.Channel == LatentChannel.Analog;

    /// <summary>Channel uses of a row in serving; 0 where rows are bytes.</summary>
    public int RowUses => IsOn ? AnalogChannel.Uses(plan.Model.Spec.Latent) : 0;

    /// <summary>What a peer's rows are when they come, in serving.</summary>
    /// <param name="tag">What the result comes back under.</param>
    /// <param name="latents">What was sent.</param>
    /// <param name="signal">Signal-to-noise ratio, in steps.</param>
    /// <param name="asker">Whose rows they are.</param>
    /// <param name="expert">Who hears them.</param>
    /// <param name="test">Which of its rows.</param>
    public Compute Arrive(JobTag tag, BlobRef latents, int signal, int asker, int expert, TestPartition test) => new(
        tag, LearningJob.Create(new AnalogParameters(plan.Model.Spec, _settings.Fading) { Signal = signal }, plan.Seeds.Key($"analog-{InferencePass.NameOf(test)}", asker, expert), latents), 0);

    /// <summary>What a peer's training rows are as an expert hears them in stage 3: they came as bytes, and the noise is that of drawn ratios.</summary>
    /// <param name="tag">What the result comes back under.</param>
    /// <param name="latents">The rows.</param>
    /// <param name="asker">Whose they are.</param>
    /// <param name="expert">Who hears them.</param>
    public Compute Learn(JobTag tag, BlobRef latents, int asker, int expert) => new(
        tag, LearningJob.Create(
            new AnalogParameters(plan.Model.Spec, _settings.Fading) { Drawn = new(plan.Seeds.Key(Signals, asker), expert, _settings.LeastSignal, _settings.MostSignal) },
            plan.Seeds.Key("analog-training", asker, expert), latents), 0);

    /// <summary>The ratios that a client's training rows were heard with.</summary>
    /// <param name="client">The client.</param>
    public GateSignals Learned(int client) => new(plan.Seeds.Key(Signals, client), client, _settings.LeastSignal, _settings.MostSignal);
}
