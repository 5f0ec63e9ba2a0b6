using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NMoE.Chance;
using NMoE.Compute.Blobs;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tensors;
using NMoE.Learning.Training;

namespace NMoE.Learning.Compression;

/// <summary>The change that a round makes to one part of the model: compressed by its client, restored by the server. In double precision, rounded once.</summary>
internal sealed class PartUpdate
{
    private readonly CompressParameters _how;
    private readonly ImmutableArray<ParameterShape> _layout;
    private readonly UpdateCodec _codec;

    public PartUpdate(CompressParameters how, ModelPart part, ulong seed)
    {
        (_how, _layout) = (how, CompressedUpdate.Layout(how, part));
        _codec = new(how, [.. _layout.Where(CompressedUpdate.IsOfNumbers).Select(shape => (int)shape.Count)], () => new Draws(seed, (uint)DrawPurpose.Compression, (uint)part));
    }

    /// <summary>What travels, and what is kept.</summary>
    /// <param name="start">The part from which the round started.</param>
    /// <param name="trained">The part as trained.</param>
    /// <param name="kept">What the rounds before left out; null for nothing.</param>
    public (byte[] Travels, byte[] Kept) Compress(ReadOnlyMemory<byte> start, ReadOnlyMemory<byte> trained, ReadOnlyMemory<byte>? kept)
    {
        var (before, after) = (Numbers(start), Numbers(trained));
        var rest = kept is { } file ? MemoryMarshal.Cast<byte, float>(TensorBlobs.Find(file, CompressedUpdate.Kept, TensorType.F32).Data.Span) : [];
        var change = new float[before.Length];
        for (var i = 0; i < change.Length; i++)
        {
            change[i] = (float)((double)after[i] - before[i] + (rest.IsEmpty ? 0 : rest[i]));
        }

        var travels = Write(_codec.Encode(change), trained);
        var received = _codec.Decode(travels);
        for (var i = 0; i < change.Length; i++)
        {
            change[i] = (float)((double)change[i] - received[i]);
        }

        return (travels, SafeTensors.Write(CompressedUpdate.KeptShape(_layout).Select(shape => new TensorBlob(shape.Name, shape.Type, shape.Shape, MemoryMarshal.AsBytes<float>(change).ToArray()))));
    }

    /// <summary>The part itself as it travels.</summary>
    /// <param name="model">The part.</param>
    public byte[] Pack(ReadOnlyMemory<byte> model) => Write(_codec.Encode(Numbers(model)), model);

    /// <summary>The part as its receiver has it.</summary>
    /// <param name="travelled">What came.</param>
    public byte[] Unpack(ReadOnlyMemory<byte> travelled)
    {
        var numbers = _codec.Decode(travelled);
        return numbers.Length == CompressedUpdate.Numbers(_layout)
            ? SafeTensors.Write(Tensors(MemoryMarshal.AsBytes<float>(numbers).ToArray(), Counters(travelled)))
            : throw OfAnother(numbers.Length, CompressedUpdate.Numbers(_layout));
    }

    /// <summary>The part as the server has it: the start moved by the change; counters as they came.</summary>
    /// <param name="start">The part from which the round started.</param>
    /// <param name="travelled">What came.</param>
    public byte[] Restore(ReadOnlyMemory<byte> start, ReadOnlyMemory<byte> travelled)
    {
        var (numbers, change) = (Numbers(start), _codec.Decode(travelled));
        if (change.Length != numbers.Length)
        {
            throw OfAnother(change.Length, numbers.Length);
        }

        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (float)((double)numbers[i] + change[i]);
        }

        return SafeTensors.Write(Tensors(MemoryMarshal.AsBytes<float>(numbers).ToArray(), Counters(travelled)));
    }

    private static InvalidDataException OfAnother(int came, int numbers) => new(FormattableString.Invariant($"A compressed part of {came} numbers is not of one of {numbers}."));

    private byte[] Write(byte[][] data, ReadOnlyMemory<byte> trained)
    {
        var model = SafeTensors.Read(trained);
        byte[] counters = [.. _layout.Where(shape => !CompressedUpdate.IsOfNumbers(shape)).SelectMany(shape => model[shape.Name].Data.ToArray())];
        return SafeTensors.Write(CompressedUpdate.Shapes(_how, _layout).Zip([.. data, counters], (shape, bytes) => new TensorBlob(shape.Name, shape.Type, shape.Shape, bytes)));
    }

    private ReadOnlyMemory<byte> Counters(ReadOnlyMemory<byte> travelled) =>
        _layout.All(CompressedUpdate.IsOfNumbers) ? ReadOnlyMemory<byte>.Empty : TensorBlobs.Find(travelled, CompressedUpdate.Counters, TensorType.I64).Data;

    private IEnumerable<TensorBlob> Tensors(ReadOnlyMemory<byte> numbers, ReadOnlyMemory<byte> counters)
    {
        var (number, counter) = (0, 0);
        foreach (var shape in _layout)
        {
            if (CompressedUpdate.IsOfNumbers(shape))
            {
                var bytes = (int)shape.Count * sizeof(float);
                yield return new(shape.Name, TensorType.F32, shape.Shape, numbers.Slice(number, bytes));
                number += bytes;
            }
            else
            {
                yield return new(shape.Name, TensorType.I64, shape.Shape, counters.Slice(counter, sizeof(long)));
                counter += sizeof(long);
            }
        }
    }

    /// <summary>The numbers of a model, tensor by tensor.</summary>
    private float[] Numbers(ReadOnlyMemory<byte> file)
    {
        var model = SafeTensors.Read(file);
        var numbers = new float[CompressedUpdate.Numbers(_layout)];
        var at = 0;
        foreach (var shape in _layout.Where(CompressedUpdate.IsOfNumbers))
        {
            var tensor = MemoryMarshal.Cast<byte, float>(model[shape.Name].Data.Span);
            tensor.CopyTo(numbers.AsSpan(at, (int)shape.Count));
            at += tensor.Length;
        }

        return numbers;
    }
}
