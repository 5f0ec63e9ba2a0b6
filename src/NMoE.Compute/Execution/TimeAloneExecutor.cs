using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;

namespace NMoE.Compute.Execution;

/// <summary>
/// Answers every job at once with blobs of the right sizes, for runs of which only the times count: nothing is computed, remembered or named by what is in it. Jobs that are alike in kind, parameters and
/// sizes of inputs leave the same blobs, so that what it holds does not grow with the number of jobs. Metrics are 1.
/// </summary>
/// <param name="functions">The kinds of jobs that there are; each kind once.</param>
public sealed class TimeAloneExecutor(IEnumerable<IJobFunction> functions) : IExecutor
{
    private readonly Dictionary<string, KindOfJob> _kinds = functions.ToDictionary(function => function.Kind, function => new KindOfJob(function), StringComparer.Ordinal);
    private uint _blobs;

    /// <inheritdoc/>
    public ExecutorCounts Counts { get; } = new(0, 0, ImmutableSortedDictionary<string, int>.Empty, ImmutableSortedDictionary<string, int>.Empty);

    /// <inheritdoc/>
    public void Keep(IEnumerable<BlobRef> blobs)
    {
        // Nothing is stored, so nothing is evicted.
    }

    /// <inheritdoc/>
    public IJobHandle Submit(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return _kinds.TryGetValue(job.Kind, out var kind)
            ? kind.Known(job) ?? kind.Learn(job, ref _blobs)
            : throw new JobFailedException(job, new UnknownJobException(job.Kind, _kinds.Keys.Order(StringComparer.Ordinal)));
    }

    /// <summary>A kind, with what its last parameters leave for each sizes of inputs.</summary>
    private sealed class KindOfJob(IJobFunction function)
    {
        private readonly Dictionary<ImmutableArray<BlobRef>, Answered> _bySizes = new(new SizesAlone());
        private string? _parameters;

        public Answered? Known(Job job) =>
            (ReferenceEquals(job.Parameters, _parameters) || job.Parameters == _parameters) && _bySizes.TryGetValue(job.Inputs, out var known) ? known : null;

        public Answered Learn(Job job, ref uint blobs)
        {
            if (job.Parameters != _parameters)
            {
                _bySizes.Clear();
                _parameters = job.Parameters;
            }

            var forecast = function.Forecast(job);
            var answer = new Answered(new(Blobs(forecast, ref blobs), forecast.Metrics.ToImmutableSortedDictionary(name => name, _ => 1.0, StringComparer.Ordinal), forecast.Integers));

            // Integers follow from the seed too.
            if (forecast.Integers.IsEmpty)
            {
                _bySizes[job.Inputs] = answer;
            }

            return answer;
        }

        private static ImmutableArray<BlobRef> Blobs(JobForecast forecast, ref uint blobs)
        {
            var outputs = ImmutableArray.CreateBuilder<BlobRef>(forecast.Outputs.Length);
            foreach (var bytes in forecast.Outputs)
            {
                outputs.Add(new(new BlobHash(FormattableString.Invariant($"{blobs++:x8}").PadRight(64, '0')), bytes));
            }

            return outputs.MoveToImmutable();
        }
    }

    private sealed class Answered(JobResult result) : IJobHandle
    {
        public string Key => "";

        public bool IsFinished => true;

        public JobResult Wait(CancellationToken cancellation) => result;

        public void WhenFinished(Action then) => then();
    }

    /// <summary>Inputs are alike that have the same sizes.</summary>
    private sealed class SizesAlone : IEqualityComparer<ImmutableArray<BlobRef>>
    {
        public bool Equals(ImmutableArray<BlobRef> first, ImmutableArray<BlobRef> second)
        {
            if (first.Length != second.Length)
            {
                return false;
            }

            for (var i = 0; i < first.Length; i++)
            {
                if (first[i].Bytes != second[i].Bytes)
                {
                    return false;
                }
            }

            return true;
        }

        public int GetHashCode(ImmutableArray<BlobRef> inputs)
        {
            var code = new HashCode();
            foreach (var input in inputs)
            {
                code.Add(input.Bytes);
            }

            return code.ToHashCode();
        }
    }
}
