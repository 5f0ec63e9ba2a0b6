using System.Security.Cryptography;
using System.Text;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;

namespace NMoE.Federation.Settings;

/// <summary>What all chance of an experiment follows from.</summary>
internal static class ChanceKeys
{
    /// <summary>A 64-bit key for a purpose: the same for the same experiment seed, whatever else the experiment does.</summary>
    /// <param name="settings">The experiment.</param>
    /// <param name="purpose">What is drawn.</param>
    /// <param name="first">For whom, or when.</param>
    /// <param name="second">The same, where one number does not tell.</param>
    public static ulong Key(this ExperimentSettings settings, string purpose, int first = 0, int second = 0)
    {
        return Of(settings.Seed, purpose, first, second);
    }

    /// <summary>The same for what is drawn for gates alone: their initial parameters, training, cohorts, labels and choices.</summary>
    public static ulong GateKey(this ExperimentSettings settings, string purpose, int first = 0, int second = 0)
    {
        return Of(settings.GateSeed(), purpose, first, second);
    }

    /// <summary>The seed of those: the experiment's, unless it has one for gates and one of them depends on chance.</summary>
    internal static ulong GateSeed(this ExperimentSettings settings) => settings.Gate.Seed is { } own && settings.DrawsForGates() ? own : settings.Seed;

    /// <summary>Whether a gate depends on chance: one that is solved from sums of latents does not, nor does a client's own expert.</summary>
    internal static bool DrawsForGates(this ExperimentSettings settings) =>
        settings.Inference.Gates.Any(gate => gate != LocalGate.GateName && (settings.Gate is { Method: GateMethod.Rounds } or { Features: > 0 } || Gates.Of(gate).Source != FedGate.Stage))
        || settings.Evaluation.Asks(Reference.GlobalGate);

    private static ulong Of(ulong seed, string purpose, int first, int second) =>
        BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"nmoe/1/{seed}/{purpose}/{first}/{second}"))));
}
