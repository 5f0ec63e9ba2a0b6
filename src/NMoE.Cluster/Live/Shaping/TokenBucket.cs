using NMoE.Simulation.Time;

namespace NMoE.Cluster.Live.Shaping;

/// <summary>
/// A link's rate as a bucket of tokens that holds none in store: bytes pass when their last bit would have left, and what was idle is not made up for. It reads no clock: times
/// are given and taken, so that a late timer costs no rate.
/// </summary>
/// <param name="bitsPerSecond">Rate, above 0; positive infinity lets everything through at once.</param>
internal sealed class TokenBucket(double bitsPerSecond)
{
    private VirtualTime _busySince;
    private long _bytes;
    private VirtualTime _free;

    /// <summary>When all that was let through so far has passed.</summary>
    public VirtualTime Free => _free;

    /// <summary>Lets bytes through, after all that came before.</summary>
    /// <param name="ready">When they are there.</param>
    /// <param name="bytes">How many.</param>
    /// <returns>When the last of them has passed, rounded up to a tick.</returns>
    public VirtualTime Pass(VirtualTime ready, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (_bytes == 0 || ready.CompareTo(_free) > 0)
        {
            // Rounding starts anew with each busy time, or a tick would be lost with each chunk.
            _busySince = ready.CompareTo(_free) > 0 ? ready : _free;
            _bytes = 0;
        }

        _bytes += bytes;
        _free = double.IsPositiveInfinity(bitsPerSecond) ? _busySince : _busySince + Duration.Of(8.0 * _bytes, bitsPerSecond);
        return _free;
    }
}
