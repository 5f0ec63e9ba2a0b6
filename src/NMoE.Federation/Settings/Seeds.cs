using System.Globalization;
using System.Security.Cryptography;
using System.Text.Unicode;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Privacy;

namespace NMoE.Federation.Settings;

/// <summary>What all chance of an experiment follows from: a draw's key is a function of these and of what is drawn, whatever else the experiment does.</summary>
/// <param name="Seed">The experiment's seed.</param>
/// <param name="Gate">The seed of what is drawn for gates alone (<c>gate.seed</c>): their initial parameters, training, cohorts, labels and choices.</param>
public sealed record Seeds(ulong Seed, ulong Gate)
{
    private const int MostBytes = 256;

    /// <summary>What the clients' private secrets are derived from; null where there are none, as in a rehearsal.</summary>
    public NoiseSecret? Secret { get; init; }

    /// <summary>Those of an experiment: gates have the experiment's, unless it has one for them and one of them depends on chance.</summary>
    public static Seeds Of(ExperimentSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new(settings.Seed, settings.Gate.Seed is { } own && DrawsForGates(settings) ? own : settings.Seed);
    }

    /// <summary>A 64-bit key.</summary>
    /// <param name="purpose">What is drawn.</param>
    /// <param name="first">For whom, or when.</param>
    /// <param name="second">The same, where one number does not tell.</param>
    public ulong Key(string purpose, int first = 0, int second = 0) => Of(Seed, purpose, first, second);

    /// <summary>The same for what is drawn for gates alone.</summary>
    public ulong GateKey(string purpose, int first = 0, int second = 0) => Of(Gate, purpose, first, second);

    /// <summary>The seed of a client's expert, which says what that expert holds out.</summary>
    public ulong Expert(int client) => Key("expert", client);

    /// <summary>The seed of a client's releases: its secret, or the name of its private one. It stays the same over rounds: the noise differs because R does.</summary>
    public ulong Release(int client) => Secret?.Of(client).KeyId ?? Key("release-secret", client);

    /// <summary>Whether a gate depends on chance: one that is solved from sums of latents does not, nor does a client's own expert.</summary>
    internal static bool DrawsForGates(ExperimentSettings settings) =>
        settings.Inference.Gates.Any(gate => !Gates.Of(gate).StaysHome && (settings.Gate is { Method: GateMethod.Rounds } or { Features: > 0 } || Gates.Of(gate).Source != FedGate.Stage))
        || settings.Evaluation.Asks(Reference.GlobalGate);

    private static ulong Of(ulong seed, string purpose, int first, int second)
    {
        Span<byte> text = stackalloc byte[MostBytes];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (!Utf8.TryWrite(text, CultureInfo.InvariantCulture, $"nmoe/1/{seed}/{purpose}/{first}/{second}", out var length))
        {
            throw new ArgumentException($"The purpose '{purpose}' is too long for a key.", nameof(purpose));
        }

        SHA256.HashData(text[..length], hash);
        return BitConverter.ToUInt64(hash);
    }
}
