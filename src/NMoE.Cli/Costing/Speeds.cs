using System.Diagnostics;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Identity;
using NMoE.Learning.Models;

namespace NMoE.Cli.Costing;

/// <summary>How fast one compute thread of this machine is, in FLOP/s, measured on real jobs of an experiment's model.</summary>
/// <param name="Training">Epochs of the extractor.</param>
/// <param name="Forward">The extractor without gradients.</param>
/// <param name="Dense">Experts and gates.</param>
internal sealed record Speeds(double Training, double Forward, double Dense)
{
    private const int Batches = 4;
    private const int Repeats = 3;

    /// <summary>Measures for a few seconds, on the calling thread, which must be prepared for libtorch.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">Mini-batch size of stage 1.</param>
    public static Speeds Measure(ModelSpec model, int batch)
    {
        var rows = Math.Max(batch * Batches, 64);
        var jobs = new ProbeJobs(model, rows);
        var dense = LearningCost.Expert(model, rows, 1) / Seconds(() => jobs.TrainExpert(batch));
        var forward = LearningCost.Latents(model, rows);

        // Pixels as latents take no FLOP.
        return new(LearningCost.FedCe(model, rows, 1) / Seconds(() => jobs.Train(batch)), forward > 0 ? forward / Seconds(() => jobs.Forward()) : dense, dense);
    }

    /// <summary>Of a machine that is not this one: what it is said to reach, with all kinds of work.</summary>
    /// <param name="flops">FLOP/s.</param>
    public static Speeds Stated(double flops) => new(flops, flops, flops);

    /// <summary>The speed that a kind of work runs at.</summary>
    public double Of(WorkKind work) => work switch { WorkKind.Training => Training, WorkKind.Forward => Forward, _ => Dense };

    // The best of a few: what else the machine does only ever adds.
    private static double Seconds(Action work)
    {
        work();
        return Enumerable.Range(0, Repeats).Min(_ =>
        {
            var start = Stopwatch.GetTimestamp();
            work();
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        });
    }
}
