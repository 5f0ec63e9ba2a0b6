using System.Diagnostics;
using NMoE.Learning.Cost;
using NMoE.Learning.Devices;
using NMoE.Learning.Identity;
using NMoE.Learning.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace NMoE.Bench.Loads;

/// <summary>FLOP a second of training steps and of matrix products, each thread with work of its own, as the compute threads of a run have. Of the CPU by the seconds of the processor, of a GPU by the clock.</summary>
/// <param name="threads">Threads at once.</param>
/// <param name="seconds">How long a measurement takes about.</param>
/// <param name="device">What computes.</param>
internal sealed class StepRates(int threads, double seconds, ComputeDevice device)
{
    // What fills the machine: a GPU has a hundred times a core's units.
    private readonly int _side = device.IsCpu ? 1024 : 8192;

    /// <summary>libtorch's product of two square matrices, of 1024 on the CPU and of 8192 on a GPU.</summary>
    public double Product(Precision precision) => Rate(() =>
    {
        var scope = NewDisposeScope();
        var type = precision == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        var (left, right) = (randn(_side, _side, device: Place).to(type), randn(_side, _side, device: Place).to(type));
        return new(times => Multiply(left, right, times), 2.0 * _side * _side * _side, scope);
    });

    private Device? Place => device.Cuda is { } number ? new Device(DeviceType.CUDA, number) : null;

    private void Multiply(Tensor left, Tensor right, int times)
    {
        for (var i = 0; i < times; i++)
        {
            using var product = left.mm(right);
        }

        // A GPU is asked without waiting for it.
        if (Place is { } gpu)
            cuda.synchronize(gpu);
    }

    /// <summary>Steps of stage 1 with their pictures, loss, clip and SGD, counted as a device is charged for them: three forward passes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">Mini-batch size.</param>
    public double Step(ModelSpec model, int batch) => Rate(() =>
    {
        var steps = new ProbeJobs(model, batch);
        return new(times => steps.TrainBare(batch, times, CancellationToken.None), LearningCost.FedCe(model, batch, 1), null);
    });

    /// <summary>FLOP a second of the processor, times the threads: what else the machine does takes none of these seconds. A GPU works beside the processor: there the clock counts.</summary>
    private double Rate(Func<Load> prepare)
    {
        using var ready = new Barrier(threads + 1);
        var flops = new double[threads];
        var all = Enumerable.Range(0, threads).Select(number => new Thread(() => flops[number] = Work(prepare, ready))).ToArray();
        Array.ForEach(all, thread => thread.Start());
        ready.SignalAndWait();
        var (before, start) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        ready.SignalAndWait();
        Array.ForEach(all, thread => thread.Join());
        return device.IsCpu ? threads * flops.Sum() / (Environment.CpuUsage.TotalTime - before).TotalSeconds : flops.Sum() / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private double Work(Func<Load> prepare, Barrier ready)
    {
        TorchThreads.Prepare(device);
        var (repeat, flops, scope) = prepare();
        using (scope)
        {
            repeat(1);
            var times = (int)Math.Clamp(seconds / Math.Max(Taken(repeat, 1), 1e-6), 1, 1e6);
            ready.SignalAndWait();
            ready.SignalAndWait();
            repeat(times);
            return times * flops;
        }
    }

    private static double Taken(Action<int> repeat, int times)
    {
        var start = Stopwatch.GetTimestamp();
        repeat(times);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private sealed record Load(Action<int> Repeat, double Flops, IDisposable? Scope);
}
