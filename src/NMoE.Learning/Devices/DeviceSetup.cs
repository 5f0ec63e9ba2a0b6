using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace NMoE.Learning.Devices;

/// <summary>Prepares libtorch, and the threads that compute, for a device.</summary>
internal static class DeviceSetup
{
    private const string Workspace = "CUBLAS_WORKSPACE_CONFIG";
    private static readonly Lock s_lock = new();
    private static ComputeDevice? s_prepared;

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate nint Context();

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void Switch(nint context, byte value);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void TwoSwitches(nint context, byte first, byte second);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate byte Asked(nint context);

    /// <summary>Whether libtorch refuses what would compute otherwise each time.</summary>
    public static bool IsDeterministic => Function<Asked>("_ZNK2at7Context23deterministicAlgorithmsEv")(Global()) != 0;

    /// <summary>What the machine and this process have. Loads libtorch.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static DeviceFacts Facts()
    {
        var gpus = Gpus.Here();
        var version = NativeTorch.Folder is { } folder ? $"libtorch {folder.Version} of {folder.Path}" : "the libtorch of this build";
        return new(gpus, version, gpus.All.IsEmpty ? 0 : torch.cuda.device_count(), Environment.GetEnvironmentVariable(Workspace) is { Length: > 0 });
    }

    /// <summary>Lets the calling thread compute on a device from now on; libtorch is loaded.</summary>
    /// <exception cref="NoDeviceException">It is not to be had.</exception>
    public static void Enter(ComputeDevice device) => Backend.Stay(Ready(device));

    /// <summary>The same until what is returned is disposed.</summary>
    /// <exception cref="NoDeviceException">It is not to be had.</exception>
    public static IDisposable Visit(ComputeDevice device) => Backend.On(Ready(device));

    /// <summary>Has libtorch compute alike each time, or refuse: no algorithm whose sums depend on which thread of the GPU is first, none that is chosen by how fast it is, no TF32 unless asked for.</summary>
    internal static void ComputeAlike(bool on, bool tf32)
    {
        var context = Global();
        Function<TwoSwitches>("_ZN2at7Context26setDeterministicAlgorithmsEbb")(context, Byte(on), 0);
        Function<Switch>("_ZN2at7Context39setDeterministicFillUninitializedMemoryEb")(context, 0);
        Function<Switch>("_ZN2at7Context21setDeterministicCuDNNEb")(context, Byte(on));
        Function<Switch>("_ZN2at7Context17setBenchmarkCuDNNEb")(context, 0);
        Function<Switch>("_ZN2at7Context18setAllowTF32CuBLASEb")(context, Byte(tf32));
        Function<Switch>("_ZN2at7Context17setAllowTF32CuDNNEb")(context, Byte(tf32));
    }

    /// <summary>A device that is prepared, also for the calling thread; null for the CPU.</summary>
    private static torch.Device? Ready(ComputeDevice device)
    {
        if (device.Cuda is not { } number)
            return null;
        lock (s_lock)
        {
            if (s_prepared != device)
            {
                Prepare(device);
                s_prepared = device;
            }
        }

        CudaStream.OfThisThread(number);
        return Backend.Gpu(number);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Prepare(ComputeDevice device)
    {
        if (Facts().Problem(device) is { } problem)
            throw problem;
        torch.InitializeDeviceType(DeviceType.CUDA);
        ComputeAlike(on: true, device.Tf32);
    }

    private static nint Global() => Function<Context>("_ZN2at13globalContextEv")();

    private static T Function<T>(string symbol)
        where T : Delegate => NativeTorch.Find<T>(symbol)
        ?? throw new MissingLibraryException("libtorch", $"it has no {symbol}", $"Use a {LibTorchFolder.Wanted}.");

    private static byte Byte(bool value) => value ? (byte)1 : (byte)0;
}
