using NMoE.Simulation.Time;

namespace NMoE.Federation.Fuzzing.Invariants;

/// <summary>Virtual time is monotonic.</summary>
internal sealed class TimeNeverGoesBack : IInvariant
{
    private VirtualTime _last;

    public string Name => "time-never-goes-back";

    public string? See(Happening happening)
    {
        var before = _last;
        _last = happening.At;
        return happening.At.CompareTo(before) < 0 ? $"the clock went back from {before} to {happening.At}" : null;
    }
}
