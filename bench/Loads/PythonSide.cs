using System.Diagnostics;
using System.Globalization;

namespace NMoE.Bench.Loads;

/// <summary><c>bench/fedavg.py</c> in a Python that has PyTorch.</summary>
internal sealed class PythonSide : IDisposable
{
    private static readonly string[] Pythons = ["/usr/bin/python3", "python3", "python"];
    private readonly Process _process;

    private PythonSide(Process process) => _process = process;

    /// <summary>Starts it; null where no Python with PyTorch is found.</summary>
    public static PythonSide? Start(FedAvgWork work, int processes)
    {
        var script = Path.Combine(Environment.GetEnvironmentVariable("NMOE_ROOT") ?? Root(), "bench", "fedavg.py");
        return Pythons.FirstOrDefault(HasTorch) is { } python && Begin(python, $"\"{script}\" {work.Arguments(processes)}") is { } process && process.StandardOutput.ReadLine() == "ready"
            ? new(process) : null;
    }

    /// <summary>The seconds of one more measurement, and the processor's seconds of its main process.</summary>
    public (double Seconds, double Processor) Measure()
    {
        _process.StandardInput.WriteLine();
        _process.StandardInput.Flush();
        var told = (_process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The Python side ended.")).Split(' ');
        return (double.Parse(told[0], CultureInfo.InvariantCulture), double.Parse(told[1], CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "NMoE.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? ".";
    }

    private static bool HasTorch(string python)
    {
        using var process = Begin(python, "-c \"import torch\"");
        process?.WaitForExit();
        return process?.ExitCode == 0;
    }

    private static Process? Begin(string python, string arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(python, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
