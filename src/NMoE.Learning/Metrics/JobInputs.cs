using NMoE.Compute.Jobs;

namespace NMoE.Learning.Metrics;

/// <summary>What a scoring job must be given.</summary>
internal static class JobInputs
{
    /// <summary>Holds a job to the number of inputs that its kind documents.</summary>
    public static void Check(JobContext context, int needed)
    {
        if (needed == 0 || context.Inputs.Length != needed)
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"A job of kind '{context.Job.Kind}' was given {context.Inputs.Length} inputs, but {needed} are needed for its clients."));
        }
    }
}
