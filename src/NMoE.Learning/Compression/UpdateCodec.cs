using System.Runtime.InteropServices;
using NMoE.Chance;
using NMoE.Compute.Blobs;
using NMoE.Learning.Jobs;
using NMoE.Learning.Quantisation;
using NMoE.Learning.Tensors;

namespace NMoE.Learning.Compression;

/// <summary>Between the numbers of a change and the tensors in which they travel. No tensor library: the bytes are the same on every machine.</summary>
/// <param name="how">How it is compressed.</param>
/// <param name="tensors">Numbers of each tensor of the part, in their order.</param>
/// <param name="drawn">What the places that are drawn follow from: both ends have it.</param>
internal sealed class UpdateCodec(CompressParameters how, int[] tensors, Func<Draws> drawn)
{
    private readonly int _numbers = tensors.Sum();

    /// <summary>The data of each tensor of the file, in their order.</summary>
    public byte[][] Encode(ReadOnlySpan<float> change) => how.Form switch
    {
        UpdateForm.Fp16 => [Bytes<Half>(Array.ConvertAll(change.ToArray(), value => (Half)value))],
        UpdateForm.Int8 => Codes(change),
        UpdateForm.TopK => Chosen(change),
        _ => [Bytes<float>(At(change, Drawn()))],
    };

    /// <summary>The change as the receiver has it.</summary>
    public float[] Decode(ReadOnlyMemory<byte> file)
    {
        ReadOnlySpan<T> Data<T>(string name, TensorType type)
            where T : struct => MemoryMarshal.Cast<byte, T>(TensorBlobs.Find(file, name, type).Data.Span);
        return how.Form switch
        {
            UpdateForm.Fp16 => Array.ConvertAll(Data<Half>(CompressedUpdate.Update, TensorType.F16).ToArray(), value => (float)value),
            UpdateForm.Int8 => OfCodes(
                Data<byte>(CompressedUpdate.Update, TensorType.U8), Data<float>(CompressedUpdate.Lowest, TensorType.F32), Data<float>(CompressedUpdate.Step, TensorType.F32)),
            UpdateForm.TopK => Spread(Data<int>(CompressedUpdate.Places, TensorType.I32), Data<float>(CompressedUpdate.Update, TensorType.F32)),
            _ => Spread(Drawn(), Data<float>(CompressedUpdate.Update, TensorType.F32)),
        };
    }

    private byte[][] Codes(ReadOnlySpan<float> change)
    {
        var (codes, lowest, step) = (new byte[change.Length], new float[tensors.Length], new float[tensors.Length]);
        for (int tensor = 0, from = 0; tensor < tensors.Length; from += tensors[tensor++])
        {
            (lowest[tensor], step[tensor]) = EvenSteps.Encode(change.Slice(from, tensors[tensor]), codes.AsSpan(from, tensors[tensor]));
        }

        return [codes, Bytes<float>(lowest), Bytes<float>(step)];
    }

    private float[] OfCodes(ReadOnlySpan<byte> codes, ReadOnlySpan<float> lowest, ReadOnlySpan<float> step)
    {
        if (codes.Length != _numbers || lowest.Length != tensors.Length || step.Length != tensors.Length)
        {
            throw OfAnother(codes.Length);
        }

        var values = new float[codes.Length];
        for (int tensor = 0, from = 0; tensor < tensors.Length; from += tensors[tensor++])
        {
            EvenSteps.Decode(codes.Slice(from, tensors[tensor]), lowest[tensor], step[tensor], values.AsSpan(from, tensors[tensor]));
        }

        return values;
    }

    private byte[][] Chosen(ReadOnlySpan<float> change)
    {
        var places = Largest.Of(change, CompressedUpdate.Count(how.Share, change.Length));
        return [Bytes<int>(places), Bytes<float>(At(change, places))];
    }

    private float[] Spread(ReadOnlySpan<int> places, ReadOnlySpan<float> values)
    {
        if (values.Length != places.Length)
        {
            throw OfAnother(values.Length);
        }

        var change = new float[_numbers];
        for (var i = 0; i < places.Length; i++)
        {
            if ((uint)places[i] >= (uint)_numbers)
            {
                throw new InvalidDataException(FormattableString.Invariant($"A compressed update names place {places[i]} of {_numbers}."));
            }

            change[places[i]] = values[i];
        }

        return change;
    }

    private InvalidDataException OfAnother(int numbers) => new(FormattableString.Invariant($"A compressed update of {numbers} numbers is not of a part of {_numbers} in {tensors.Length} tensors."));

    /// <summary>Places, ascending, each set of so many as likely as any other: a place is drawn with as many chances as are left to draw, of those that are left.</summary>
    private int[] Drawn()
    {
        var draws = drawn();
        var places = new int[CompressedUpdate.Count(how.Share, _numbers)];
        for (int place = 0, at = 0; at < places.Length; place++)
        {
            if (draws.Next() * (_numbers - place) < places.Length - at)
            {
                places[at++] = place;
            }
        }

        return places;
    }

    private static float[] At(ReadOnlySpan<float> change, int[] places)
    {
        var values = new float[places.Length];
        for (var i = 0; i < places.Length; i++)
        {
            values[i] = change[places[i]];
        }

        return values;
    }

    private static byte[] Bytes<T>(T[] values)
        where T : struct => MemoryMarshal.AsBytes<T>(values).ToArray();
}
