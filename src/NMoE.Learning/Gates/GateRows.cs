using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Models;

namespace NMoE.Learning.Gates;

/// <summary>
/// Some rows of a gate. Row j of its tensors scores expert j, so that a client that may ask some experts alone needs, trains and sends those rows, in the experts' order. What all experts have in
/// common, hidden layers and random features, is part of each.
/// </summary>
public static class GateRows
{
    /// <summary>Bytes of a gate's file.</summary>
    /// <param name="layout">Its parameters, for as many experts as it has rows.</param>
    public static long Bytes(ImmutableArray<ParameterShape> layout) => BlobSizes.Part(layout);

    /// <summary>The file of some rows of a gate; of the gate itself where all are meant.</summary>
    /// <param name="gate">G of all experts.</param>
    /// <param name="rows">The experts, ascending; null for all.</param>
    internal static ReadOnlyMemory<byte> Take(ReadOnlyMemory<byte> gate, ImmutableArray<int>? rows) => rows is { } some
        ? SafeTensors.Read(gate) is var whole ? SafeTensors.Write(whole.Select(tensor => IsByExpert(whole, tensor) ? Of(tensor, some) : tensor)) : default
        : gate;

    /// <summary>The file of a gate with other rows of some experts.</summary>
    /// <param name="gate">G of all experts.</param>
    /// <param name="rows">The experts, ascending; null for all.</param>
    /// <param name="part">Their rows; what it has no tensor of is left out.</param>
    internal static ReadOnlyMemory<byte> Put(ReadOnlyMemory<byte> gate, ImmutableArray<int>? rows, ReadOnlyMemory<byte> part)
    {
        if (rows is not { } some)
        {
            return part;
        }

        var whole = SafeTensors.Read(gate);
        return SafeTensors.Write(SafeTensors.Read(part).Select(tensor => IsByExpert(whole, tensor) ? With(whole[tensor.Name], some, tensor) : tensor));
    }

    /// <summary>
    /// Row by row the weighted mean of those that have the row, in double precision and in the order given; a row that nobody has stays what it is in <paramref name="whole"/>.
    /// </summary>
    /// <param name="whole">A tensor with a row an expert.</param>
    /// <param name="parts">Some of its rows each.</param>
    /// <param name="rows">The experts whose rows each part has, ascending.</param>
    /// <param name="weights">One a part.</param>
    internal static TensorBlob Average(TensorBlob whole, ImmutableArray<TensorBlob> parts, ImmutableArray<ImmutableArray<int>> rows, ImmutableArray<double> weights)
    {
        var values = MemoryMarshal.Cast<byte, float>(whole.Data.Span).ToArray();
        var totals = Totals(rows, weights, (int)whole.Shape[0]);
        var sums = Sum(parts, rows, weights, totals);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = totals[i / Width(whole)] > 0 ? (float)sums[i] : values[i];
        }

        return whole with { Data = MemoryMarshal.AsBytes<float>(values).ToArray() };
    }

    /// <summary>The weight of those that have a row, row by row.</summary>
    internal static double[] Totals(ImmutableArray<ImmutableArray<int>> rows, ImmutableArray<double> weights, int experts)
    {
        var totals = new double[experts];
        foreach (var (of, weight) in rows.Zip(weights))
        {
            foreach (var row in of)
            {
                totals[row] += weight;
            }
        }

        return totals;
    }

    /// <summary>sum_i (weight_i / total_j) of the rows j of some parts, [n * columns].</summary>
    internal static double[] Sum(ImmutableArray<TensorBlob> parts, ImmutableArray<ImmutableArray<int>> rows, ImmutableArray<double> weights, double[] totals)
    {
        var sums = new double[totals.Length * Width(parts[0])];
        for (var number = 0; number < parts.Length; number++)
        {
            Add(sums, totals, parts[number], rows[number], weights[number]);
        }

        return sums;
    }

    /// <summary>Whether a tensor has a row an expert: of layers that are numbered the last one's.</summary>
    /// <param name="gate">All tensors.</param>
    /// <param name="tensor">One of them.</param>
    internal static bool IsByExpert(IEnumerable<TensorBlob> gate, TensorBlob tensor) =>
        tensor.Name is not (GateLayout.HiddenWeight or GateLayout.HiddenBias or GateSumsFunction.Square) && (Layer(tensor) is not { } number || number == gate.Max(Layer));

    private static int? Layer(TensorBlob tensor) => int.TryParse(tensor.Name.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static void Add(double[] sums, double[] totals, TensorBlob part, ImmutableArray<int> rows, double weight)
    {
        var values = MemoryMarshal.Cast<byte, float>(part.Data.Span);
        var width = Width(part);
        if (part.Shape[0] != rows.Length)
        {
            throw new InvalidDataException(FormattableString.Invariant($"The part '{part.Name}' of a gate has {part.Shape[0]} rows, for {rows.Length} experts."));
        }

        for (var place = 0; place < rows.Length; place++)
        {
            var share = weight / totals[rows[place]];
            for (var column = 0; column < width; column++)
            {
                sums[(rows[place] * width) + column] += share * values[(place * width) + column];
            }
        }
    }

    private static TensorBlob Of(TensorBlob tensor, ImmutableArray<int> rows)
    {
        var bytes = Width(tensor) * sizeof(float);
        var taken = new byte[rows.Length * bytes];
        for (var place = 0; place < rows.Length; place++)
        {
            tensor.Data.Span.Slice(rows[place] * bytes, bytes).CopyTo(taken.AsSpan(place * bytes));
        }

        return tensor with { Shape = tensor.Shape.SetItem(0, rows.Length), Data = taken };
    }

    private static TensorBlob With(TensorBlob tensor, ImmutableArray<int> rows, TensorBlob part)
    {
        var bytes = Width(tensor) * sizeof(float);
        var all = tensor.Data.ToArray();
        for (var place = 0; place < rows.Length; place++)
        {
            part.Data.Span.Slice(place * bytes, bytes).CopyTo(all.AsSpan(rows[place] * bytes));
        }

        return tensor with { Data = all };
    }

    private static int Width(TensorBlob tensor) => (int)(tensor.Shape.Length > 1 ? tensor.Shape[1] : 1);
}
