using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace NMoE.Learning.Devices;

/// <summary>
/// Where the tensors of the calling thread's job are made: all that job functions make, and all that they read back, goes through here. On the CPU tensors are as TorchSharp makes them, and
/// this project's own loops write and read their memory. Elsewhere they are copied there and back, and the library computes everything.
/// </summary>
internal static class Backend
{
    [ThreadStatic]
    private static Device? t_place;

    /// <summary>Whether tensors lie in the process's own memory, and loops of this project may work on it.</summary>
    public static bool IsHost => t_place is null;

    /// <summary>Where all jobs of the calling thread are computed from now on.</summary>
    /// <param name="place">A device of the library; null for the CPU.</param>
    public static void Stay(Device? place) => t_place = place;

    /// <summary>Where the calling thread computes until what is returned is disposed. The CPU as such a place computes as a GPU would be asked to, without this project's own loops.</summary>
    public static IDisposable On(Device? place) => new Visit(place);

    /// <summary>A tensor of the CPU on the device, [as it is]; the one given is the caller's no longer.</summary>
    public static Tensor There(Tensor host)
    {
        if (t_place is not { } place)
        {
            return host;
        }

        using (host)
        {
            return place.type == DeviceType.CPU ? host.clone() : host.to(place);
        }
    }

    /// <summary>A tensor in the process's own memory: itself on the CPU, else a copy.</summary>
    public static Tensor Here(Tensor values) => IsHost ? values : values.cpu();

    /// <summary>The bytes of a tensor whose numbers lie one after another.</summary>
    public static byte[] Bytes(Tensor values)
    {
        using var plain = values.detach();
        if (IsHost)
        {
            return plain.bytes.ToArray();
        }

        using var here = plain.cpu();
        return here.bytes.ToArray();
    }

    /// <summary>The numbers of a float tensor, in their order.</summary>
    public static float[] Floats(Tensor values) => Here(values).data<float>().ToArray();

    /// <summary>
    /// A float tensor in the library's own memory. <c>torch.tensor</c> borrows a managed array, which lies differently in each run, and native code may round by how its data are aligned.
    /// </summary>
    public static Tensor Floats(float[] values, params long[] shape)
    {
        using var scope = NewDisposeScope();
        return (IsHost ? tensor(values, shape).clone() : There(tensor(values, shape))).MoveToOuterDisposeScope();
    }

    /// <summary>Numbers in a row, such as a mask: f32 [n].</summary>
    public static Tensor Row(float[] values) => There(tensor(values));

    /// <summary>Labels or rows: i64 [n].</summary>
    public static Tensor Longs(long[] values) => There(tensor(values));

    /// <summary>Numbers in double precision, in the library's own memory.</summary>
    public static Tensor Doubles(double[] values, params long[] shape) => IsHost ? tensor(values, shape).clone() : There(tensor(values, shape));

    /// <summary>Zeros.</summary>
    public static Tensor Zeros(ScalarType type, params long[] shape) => zeros(shape, type, t_place);

    /// <summary>The unit matrix, f64 [n, n].</summary>
    public static Tensor Unit(long side) => eye(side, dtype: float64, device: t_place);

    // The place is a native object: made where libtorch is there.
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static Device Gpu(int number) => new(DeviceType.CUDA, number);

    private sealed class Visit : IDisposable
    {
        private readonly Device? _before = t_place;

        public Visit(Device? place) => t_place = place;

        public void Dispose() => t_place = _before;
    }
}
