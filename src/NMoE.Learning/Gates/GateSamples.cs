using System.Collections.Immutable;
using NMoE.Learning.Analog;
using NMoE.Learning.Devices;
using NMoE.Learning.Experts;
using NMoE.Learning.Jobs;
using NMoE.Learning.Tensors;
using static TorchSharp.torch;

namespace NMoE.Learning.Gates;

/// <summary>What a gate is trained on.</summary>
/// <param name="Latents">[rows, D].</param>
/// <param name="Opinions">What the experts say of them.</param>
/// <param name="Rows">The rows that are learned from.</param>
internal sealed record GateSamples(Tensor Latents, Opinions Opinions, int[] Rows)
{
    /// <summary>Inputs of a client beside its experts' logits: latents and shard.</summary>
    public const int FixedInputs = 2;

    /// <summary>What is added to their scores, [rows, n]: minus infinity for experts that a sample's client may not ask; null where all samples have the same.</summary>
    public Tensor? Mask { get; init; }

    /// <summary>The signals that experts heard them with, [rows, n], as a gate sees them; null where it sees none.</summary>
    public Tensor? Signals { get; init; }

    /// <summary>One client's samples, in the caller's scope.</summary>
    /// <param name="inputs">Latents, shard, and the logits of each expert that is there.</param>
    /// <param name="settings">Which experts are there.</param>
    public static GateSamples Of(ReadOnlySpan<ReadOnlyMemory<byte>> inputs, GateParameters settings)
    {
        var latents = TensorBlobs.Floats(inputs[0], "latents");
        var rows = (int)latents.shape[0];
        return new(latents, Opinions.Read(inputs[1], inputs[FixedInputs..], settings), Learned(settings, rows)) { Signals = settings.Signals is { } signals ? Heard(signals, settings.Clients, rows) : null };
    }

    /// <summary>How many of a client's rows are learned from.</summary>
    public static int RowsOf(GateParameters settings, int rows) => settings.Holdout > 0 ? HeldOut.Count(settings.Holdout, rows) : rows;

    private static int[] Learned(GateParameters settings, int rows)
    {
        if (settings.Holdout <= 0)
        {
            return [.. Enumerable.Range(0, rows)];
        }

        var held = HeldOut.Rows(settings.HoldoutSeed, settings.Holdout, rows);
        return held.Length > 0 ? held : throw new InvalidDataException(FormattableString.Invariant(
            $"An expert that held out {settings.Holdout} of {rows} rows left none for the gate to learn from."));
    }

    private static Tensor Heard(GateSignals signals, int experts, int rows)
    {
        var columns = Enumerable.Range(0, experts).Select(expert => expert == signals.Own ? null : AnalogChannel.Decibels(new(signals.Key, expert, signals.Least, signals.Most), rows)).ToArray();
        return Backend.Floats([.. Enumerable.Range(0, rows).SelectMany(row => columns.Select(column => (float)SignalInputs.Of(column?[row])))], rows, experts);
    }

    /// <summary>The samples of several clients, one after the other, in the caller's scope.</summary>
    public static GateSamples Pool(ImmutableArray<GateSamples> clients) => new(
        cat([.. clients.Select(client => client.Latents)]),
        new Opinions(
            cat([.. clients.Select(client => client.Opinions.Logits)]),
            cat([.. clients.Select(client => client.Opinions.LogProbabilities)]),
            cat([.. clients.Select(client => client.Opinions.Labels)])),
        [.. clients.SelectMany((client, number) => client.Rows.Select(row => row + (int)clients[..number].Sum(before => before.Latents.shape[0])))])
    {
        Mask = clients[0].Mask is null ? null : cat([.. clients.Select(client => client.Mask!)]),
    };
}
