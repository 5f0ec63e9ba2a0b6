using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace NMoE.Learning.Devices;

/// <summary>A GPU as its driver describes it.</summary>
/// <param name="Number">From 0, as CUDA counts them.</param>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">Its memory.</param>
/// <param name="Capability">What it can do, as 9.0.</param>
public sealed record Gpu(int Number, string Name, long Bytes, string Capability)
{
    /// <summary>Its name as a device.</summary>
    public string Device => string.Create(CultureInfo.InvariantCulture, $"{ComputeDevice.CudaName}:{Number}");
}

/// <summary>The GPUs of a machine, by the driver's own library: without libtorch.</summary>
/// <param name="All">In the order of their numbers.</param>
/// <param name="Driver">The driver's version; null where there is none.</param>
/// <param name="Problem">Why there are none; null where there are some.</param>
public sealed record Gpus(ImmutableArray<Gpu> All, string? Driver, string? Problem)
{
    private const string CudaLibrary = "libcuda.so.1";
    private const string ManagementLibrary = "libnvidia-ml.so.1";
    private const int LongestName = 256;
    private const int CapabilityMajor = 75;
    private const int CapabilityMinor = 76;

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int Init(uint flags);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int Number(out int number);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int NumberOf(out int number, int of);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int NumberOfTwo(out int number, int first, int second);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int SizeOf(out nuint bytes, int of);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int NameOf([Out] byte[] name, int length, int of);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int Begin();

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int TextOf([Out] byte[] text, uint length);

    /// <summary>Those of this machine.</summary>
    public static Gpus Here()
    {
        if (!NativeLibrary.TryLoad(CudaLibrary, out var cuda))
            return new([], null, $"this machine has no NVIDIA driver ({CudaLibrary} does not load)");
        if (Call<Init>(cuda, "cuInit")(0) is var code and not 0)
            return new([], Version(cuda), string.Create(CultureInfo.InvariantCulture, $"the NVIDIA driver finds no GPU (cuInit says {code})"));
        Call<Number>(cuda, "cuDeviceGetCount")(out var count);
        return new([.. Enumerable.Range(0, count).Select(number => Of(cuda, number))], Version(cuda), count == 0 ? "the NVIDIA driver finds no GPU" : null);
    }

    private static Gpu Of(nint cuda, int number)
    {
        Call<NumberOf>(cuda, "cuDeviceGet")(out var device, number);
        var name = new byte[LongestName];
        Call<NameOf>(cuda, "cuDeviceGetName")(name, name.Length, device);
        Call<SizeOf>(cuda, "cuDeviceTotalMem_v2")(out var bytes, device);
        var attribute = Call<NumberOfTwo>(cuda, "cuDeviceGetAttribute");
        attribute(out var major, CapabilityMajor, device);
        attribute(out var minor, CapabilityMinor, device);
        return new(number, Text(name), (long)bytes, string.Create(CultureInfo.InvariantCulture, $"{major}.{minor}"));
    }

    /// <summary>The driver's version, as people know it; else that of the CUDA that it speaks.</summary>
    private static string Version(nint cuda)
    {
        var version = new byte[LongestName];
        if (NativeLibrary.TryLoad(ManagementLibrary, out var management) && Call<Begin>(management, "nvmlInit_v2")() == 0
            && Call<TextOf>(management, "nvmlSystemGetDriverVersion")(version, (uint)version.Length) == 0)
        {
            return Text(version);
        }

        Call<Number>(cuda, "cuDriverGetVersion")(out var spoken);
        return string.Create(CultureInfo.InvariantCulture, $"CUDA {spoken / 1000}.{spoken % 1000 / 10}");
    }

    private static T Call<T>(nint library, string function)
        where T : Delegate => Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(library, function));

    private static string Text(byte[] zeroEnded) => Encoding.UTF8.GetString(zeroEnded.AsSpan(0, Math.Max(0, Array.IndexOf(zeroEnded, (byte)0))));
}
