using System.Runtime.InteropServices;

namespace NMoE.Learning.Devices;

/// <summary>A stream for each thread that computes on a GPU: what one thread asks for does not wait for what others ask for. TorchSharp has no streams; libtorch's own functions are called.</summary>
internal static class CudaStream
{
    [ThreadStatic]
    private static bool t_hasOwn;

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate Stream FromPool(byte isHighPriority, sbyte device);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate Stream Current(sbyte device);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void SetCurrent(Stream stream);

    /// <summary>Whether the calling thread has a stream of its own; else it shares the device's default stream.</summary>
    public static bool HasOwn => t_hasOwn;

    /// <summary>Gives the calling thread a stream of its own, where libtorch has the functions for it.</summary>
    /// <param name="gpu">The GPU's number.</param>
    public static void OfThisThread(int gpu)
    {
        if (t_hasOwn || NativeTorch.Find<FromPool>("_ZN3c104cuda17getStreamFromPoolEba") is not { } fromPool
            || NativeTorch.Find<SetCurrent>("_ZN3c104cuda20setCurrentCUDAStreamENS0_10CUDAStreamE") is not { } setCurrent
            || NativeTorch.Find<Current>("_ZN3c104cuda20getCurrentCUDAStreamEa") is not { } current)
        {
            return;
        }

        var stream = fromPool(0, (sbyte)gpu);
        setCurrent(stream);
        t_hasOwn = current((sbyte)gpu).Number == stream.Number;
    }

    /// <summary>c10::Stream: its device, of one byte each, and its number.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Stream(sbyte Type, sbyte Index, short Unused0, int Unused1, long Number);
}
