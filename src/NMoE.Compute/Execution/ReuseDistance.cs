using NMoE.Compute.Blobs;

namespace NMoE.Compute.Execution;

/// <summary>
/// How large a store must be that evicts least recently used blobs first and yet keeps each until its last use: the most bytes of
/// distinct blobs that are touched from one use of a blob to its next (Mattson et al., 1970). Counted in O(log n) a touch.
/// </summary>
internal sealed class ReuseDistance
{
    private readonly Dictionary<BlobHash, int> _lastTouch = [];
    private readonly List<long> _bytesAt = [0];
    private long[] _tree = new long[1024];

    /// <summary>The most bytes so far.</summary>
    public long MaxBytes { get; private set; }

    /// <summary>Counts a use of a blob that must still be there, unless this use makes it.</summary>
    public void Use(BlobRef blob)
    {
        var since = _lastTouch.TryGetValue(blob.Hash, out var last) ? UpTo(_bytesAt.Count - 1) - UpTo(last - 1) : blob.Bytes;
        MaxBytes = Math.Max(MaxBytes, since);
        Touch(blob);
    }

    /// <summary>Counts a use of a blob that costs nothing to make again, and so may have left; it takes its room all the same.</summary>
    public void Touch(BlobRef blob)
    {
        if (_lastTouch.TryGetValue(blob.Hash, out var last))
        {
            Add(last, -blob.Bytes);
        }

        _lastTouch[blob.Hash] = _bytesAt.Count;
        _bytesAt.Add(0);
        Grow();
        Add(_bytesAt.Count - 1, blob.Bytes);
    }

    private void Add(int touch, long bytes)
    {
        _bytesAt[touch] += bytes;
        for (var i = touch; i < _tree.Length; i += i & -i)
        {
            _tree[i] += bytes;
        }
    }

    private long UpTo(int touch)
    {
        long sum = 0;
        for (var i = touch; i > 0; i -= i & -i)
        {
            sum += _tree[i];
        }

        return sum;
    }

    private void Grow()
    {
        if (_bytesAt.Count <= _tree.Length)
        {
            return;
        }

        _tree = new long[_tree.Length * 2];
        for (var i = 1; i < _tree.Length; i++)
        {
            _tree[i] += i < _bytesAt.Count ? _bytesAt[i] : 0;
            var above = i + (i & -i);
            if (above < _tree.Length)
            {
                _tree[above] += _tree[i];
            }
        }
    }
}
