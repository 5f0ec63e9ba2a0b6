using System.Buffers;
using static TorchSharp.torch;

namespace NMoE.Learning.Tensors;

/// <summary>The numbers of a float tensor that lie one after another, as bytes, without a copy: for as long as the tensor is there.</summary>
/// <param name="tensor">The tensor.</param>
/// <param name="count">Its numbers.</param>
internal sealed class TensorMemory(Tensor tensor, long count) : MemoryManager<byte>
{
    /// <summary>All of it.</summary>
    public override Memory<byte> Memory => CreateMemory((int)(count * sizeof(float)));

    public override Span<byte> GetSpan()
    {
        using var values = tensor.detach();
        return values.bytes;
    }

    /// <exception cref="NotSupportedException">Nobody needs its address.</exception>
    public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
