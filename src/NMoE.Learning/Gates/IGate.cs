using System.Collections.Immutable;
using NMoE.Chance;
using NMoE.Compute.Blobs;
using NMoE.Learning.Devices;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tensors;
using NMoE.Learning.Training;
using static TorchSharp.torch;

namespace NMoE.Learning.Gates;

/// <summary>A way to choose experts for samples. A new one is one class, and one line in <see cref="Gates"/>.</summary>
public interface IGate
{
    /// <summary>Its name in <c>inference.gates</c>, records and figures.</summary>
    string Name { get; }

    /// <summary>Its name as papers write it, in figures and tables: that of its class.</summary>
    string Title => GetType().Name;

    /// <summary>The stage that trains its parameters: <c>gate</c> for FedGate's rounds; null where it needs none.</summary>
    string? Source => null;

    /// <summary>Whether it looks at the client's own training rows (<see cref="GateInput.Own"/>), which never leave it.</summary>
    bool KnowsOwnRows => false;

    /// <summary>
    /// Its own keys with their defaults: a record whose members are <see cref="Keys.KeyAttribute"/>s; null for none. They stand below <c>inference.NAME</c>, are read where it serves, and
    /// are part of its jobs' keys alone.
    /// </summary>
    object? Settings => null;

    /// <summary>Whether it looks at what the client knows of its links (<see cref="GateInput.Links"/>): the client then senses its access, and peers report theirs.</summary>
    bool SensesLinks => false;

    /// <summary>Whether a sample's experts depend on the other samples of its request (<see cref="GateInput.Requests"/>).</summary>
    bool WeighsRequests => false;

    /// <summary>Whether a sample never leaves the client: it asks the client's own expert alone.</summary>
    bool StaysHome => Home is not null;

    /// <summary>What a client's own gate sees that mixes, at home, its own expert with stage 1's predictor; null where there is none such.</summary>
    HomeInput? Home => null;

    /// <summary>The most experts that it asks a sample where <paramref name="k"/> are configured.</summary>
    /// <param name="k"><c>inference.k</c>.</param>
    /// <param name="keys">Its own keys, as <see cref="Settings"/> has them; null where it has none.</param>
    int Experts(int k, object? keys) => k;

    /// <summary>FLOP of its choice, beside those of the trained gate's scores: at most.</summary>
    /// <param name="rows">Number of samples.</param>
    /// <param name="experts">Number of experts that it may choose.</param>
    /// <param name="keys">Its own keys.</param>
    double Flops(int rows, int experts, object? keys) => 0;

    /// <summary>Chooses experts for a client's samples, among <see cref="GateInput.Experts"/>: a pure function of what it is given.</summary>
    Choices Choose(GateInput samples);

    /// <summary>Choices of the right form before there are samples, for rehearsals and costs; what they say is made up.</summary>
    /// <param name="rows">Number of samples.</param>
    /// <param name="settings">The job's parameters.</param>
    /// <param name="seed">The job's seed.</param>
    IEnumerable<int> Foretell(int rows, RouteParameters settings, ulong seed) => RanGate.Draw(rows, settings, seed);
}

/// <summary>The gates that there are: where a new one is registered.</summary>
public static class Gates
{
    /// <summary>All gates.</summary>
    public static ImmutableArray<IGate> All { get; } = [new FedGate(), new RanGate(), new LocalGate(), new RollGate(), new PriorGate(), new EntropyGate(), new DesGate(), new WdmoeGate(), new KTop1Gate(), new SamGate(), new BaseGate(), new HashGate(), new PflMfGate(), new PflMfeGate(), new PFedMoeGate(), new ChannelAwareGate()];

    /// <summary>A gate by its name.</summary>
    /// <exception cref="InvalidDataException">There is no such gate.</exception>
    public static IGate Of(string name) => All.FirstOrDefault(gate => gate.Name == name)
        ?? throw new InvalidDataException($"There is no gate '{name}'; there are {string.Join(", ", All.Select(gate => gate.Name))}.");

    /// <summary>A gate's own keys as a job has them, or else their defaults; null for one that has none.</summary>
    /// <param name="gate">The gate.</param>
    /// <param name="settings">The job's parameters.</param>
    internal static object? KeysOf(IGate gate, RouteParameters settings) =>
        gate.Settings is { } keys && settings.GateSettings is { } written ? LearningJob.Read(written, keys.GetType()) : gate.Settings;
}

/// <summary>Chosen experts and their weights.</summary>
/// <param name="Experts">Row by row, [rows * k].</param>
/// <param name="Weights">The weight of each, [rows * k]; a row's sum is 1.</param>
public sealed record Choices(int[] Experts, float[] Weights)
{
    /// <summary>The k experts with the highest scores of each row, ties to the lowest index, weighed by the softmax over them (Sec. II-A).</summary>
    /// <param name="scores">Row by row, [rows * n].</param>
    /// <param name="experts">n.</param>
    /// <param name="k">k.</param>
    /// <exception cref="InvalidDataException">A row holds what is no number, or has no finite highest score.</exception>
    public static Choices TopK(float[] scores, int experts, int k)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var rows = scores.Length / experts;
        var chosen = new int[rows * k];
        var weights = new float[rows * k];
        for (var row = 0; row < rows; row++)
        {
            var of = scores.AsMemory(row * experts, experts);
            CheckScores(of.Span, row);
            var best = Enumerable.Range(0, experts)
                .OrderByDescending(expert => of.Span[expert]).ThenBy(expert => expert).Take(k).ToArray();
            var powers = Array.ConvertAll(best, expert => Math.Exp(of.Span[expert] - of.Span[best[0]]));
            for (var choice = 0; choice < k; choice++)
            {
                chosen[(row * k) + choice] = best[choice];
                weights[(row * k) + choice] = (float)(powers[choice] / powers.Sum());
            }
        }

        return new(chosen, weights);
    }

    /// <summary>Some experts a row, with any weights: they are made to sum to 1. Rows of fewer than k are filled up with one expert that weighs nothing.</summary>
    /// <param name="rows">The chosen experts of each row, at least one, in order.</param>
    /// <param name="k">k.</param>
    /// <param name="filler">The client's own expert, which no byte goes to; where it may not be chosen, a row's first stands again, and is asked once.</param>
    public static Choices UpTo(IReadOnlyList<ImmutableArray<(int Expert, double Weight)>> rows, int k, int? filler)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var (chosen, weights) = (new int[rows.Count * k], new float[rows.Count * k]);
        for (var row = 0; row < rows.Count; row++)
        {
            var sum = rows[row].Sum(choice => choice.Weight);
            for (var place = 0; place < k; place++)
            {
                (chosen[(row * k) + place], weights[(row * k) + place]) = place < rows[row].Length
                    ? (rows[row][place].Expert, (float)(rows[row][place].Weight / sum))
                    : (filler ?? rows[row][0].Expert, 0);
            }
        }

        return new(chosen, weights);
    }

    /// <summary>The softmax of a row's scores; 0 for experts that may not be chosen.</summary>
    /// <param name="scores">s, [n].</param>
    /// <param name="row">Which row it is, for the message.</param>
    /// <exception cref="InvalidDataException">As <see cref="TopK"/>.</exception>
    internal static double[] Shares(ReadOnlySpan<float> scores, int row)
    {
        CheckScores(scores, row);
        var highest = float.NegativeInfinity;
        foreach (var score in scores)
            highest = MathF.Max(highest, score);
        var (shares, sum) = (new double[scores.Length], 0.0);
        for (var expert = 0; expert < scores.Length; expert++)
            sum += shares[expert] = Math.Exp(scores[expert] - (double)highest);
        return Array.ConvertAll(shares, share => share / sum);
    }

    private static void CheckScores(ReadOnlySpan<float> scores, int row)
    {
        var highest = float.NegativeInfinity;
        foreach (var score in scores)
            highest = float.IsNaN(highest) || score <= highest ? highest : score;
        if (!float.IsFinite(highest))
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"The highest score of sample {row} is {highest}, and no expert can be chosen by it: the gate's training has diverged. A smaller gate.learning-rate, or gate.gradient = clip, would be right."));
        }
    }

    /// <summary>Experts that count alike.</summary>
    /// <param name="chosen">Row by row, [rows * k].</param>
    /// <param name="k">k.</param>
    public static Choices Alike(int[] chosen, int k)
    {
        ArgumentNullException.ThrowIfNull(chosen);
        return new(chosen, [.. Enumerable.Repeat(1f / k, chosen.Length)]);
    }
}

/// <summary>What a gate is given: a client's samples as the extractor sees them.</summary>
/// <param name="Settings">Client, number of experts, k.</param>
/// <param name="Seed">Key of draws: the same for the same client and test set.</param>
/// <param name="LatentsFile">The latents' file.</param>
/// <param name="TrainedFile">The trained gate's file, where the gate has an <see cref="IGate.Source"/>; else empty.</param>
public sealed record GateInput(RouteParameters Settings, ulong Seed, ReadOnlyMemory<byte> LatentsFile, ReadOnlyMemory<byte> TrainedFile)
{
    private readonly TensorBlob _latents = TensorBlobs.Find(LatentsFile, "latents", TensorType.F32);

    /// <summary>The client's own training rows: latents, shard, and the logits of each expert in <see cref="OwnRows.Experts"/>; empty where the gate does not ask for them.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Own { get; init; } = [];

    /// <summary>Number of samples.</summary>
    public int Rows => (int)_latents.Shape[0];

    /// <summary>The samples of each request: the first and how many, one request after the other; all of them where nobody asks for requests.</summary>
    public IEnumerable<(int First, int Count)> Requests()
    {
        var length = Settings.Request > 0 ? Settings.Request : Rows;
        return Enumerable.Range(0, (Rows + length - 1) / Math.Max(1, length)).Select(request => (request * length, Math.Min(length, Rows - (request * length))));
    }

    /// <summary>The experts that may be chosen, ascending: those that are known to be there. Another choice is refused.</summary>
    public ImmutableArray<int> Experts { get; } = Settings.Experts ?? [.. Enumerable.Range(0, Settings.Clients)];

    /// <summary>F(x) of a sample, [D].</summary>
    public ReadOnlySpan<float> Latent(int row)
    {
        var width = (int)_latents.Shape[1];
        return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(_latents.Data.Span).Slice(row * width, width);
    }

    /// <summary>The gate's own keys.</summary>
    /// <typeparam name="T">The record of <see cref="IGate.Settings"/>.</typeparam>
    public T OwnKeys<T>()
        where T : new() =>
        Settings.GateSettings is { } written ? LearningJob.Read<T>(written) : new();

    /// <summary>What is known of the links to all experts, as far as it was when a sample's request was routed.</summary>
    /// <param name="row">The sample.</param>
    /// <exception cref="InvalidOperationException">The gate does not sense links.</exception>
    public LinkView Links(int row) => Settings.Links is { } sense
        ? new(sense.Cost, sense.Seen[Math.Min(row / sense.Request, sense.Seen.Length - 1)], Settings.Client)
        : throw new InvalidOperationException($"The gate '{Settings.Gate}' looks at links, and does not say that it does ({nameof(IGate.SensesLinks)}).");

    /// <summary>The client's own expert, where it may be chosen.</summary>
    internal int? OwnExpert => Settings.MayChoose(Settings.Client) ? Settings.Client : null;

    /// <summary>A row's own draws.</summary>
    public Draws Draws(int row) => new(Seed, (uint)DrawPurpose.Route, (uint)row);

    /// <summary>The trained gate's scores s = G(h), row by row, [rows * n]; minus infinity for experts that may not be chosen.</summary>
    public float[] Scores() => Scores(LatentsFile);

    /// <summary>The same of a gate that sees signals.</summary>
    /// <param name="signals">As it sees them, [rows * n].</param>
    internal float[] Scores(float[] signals) => Masked(AllScores(LatentsFile, signals));

    /// <summary>The same of other latents of the client.</summary>
    /// <param name="latentsFile">Their file.</param>
    internal float[] Scores(ReadOnlyMemory<byte> latentsFile) => Masked(AllScores(latentsFile, null));

    private float[] Masked(float[] scores)
    {
        foreach (var absent in Enumerable.Range(0, Settings.Clients).Where(expert => !Settings.MayChoose(expert)))
        {
            for (var slot = absent; slot < scores.Length; slot += Settings.Clients)
            {
                scores[slot] = float.NegativeInfinity;
            }
        }

        return scores;
    }

    private float[] AllScores(ReadOnlyMemory<byte> latentsFile, float[]? signals)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = new FlatParameters(
            (Network.G, GateLayout.Served(Settings.Model, Settings.Clients, Settings.Features), TrainedFile));
        var latents = TensorBlobs.Floats(latentsFile, "latents");
        latents = signals is null ? latents : SignalInputs.Beside(latents, Backend.Floats(signals, Rows, Settings.Clients));
        return Backend.Floats(Settings.Features == 0 ? Network.Score(model, Settings.Model, Settings.Clients, latents) : GateFeatures.Score(model, latents));
    }
}
