using System.Collections.Immutable;
using NMoE.Simulation.Faults;

namespace NMoE.Federation.Fuzzing;

/// <summary>How often each fault met each state of each role.</summary>
public sealed class Coverage
{
    private readonly SortedDictionary<(FaultKind Fault, RoleState State), long> _counts = [];

    /// <summary>All faults, in the order of a table.</summary>
    public static ImmutableArray<FaultKind> Faults { get; } = [.. Enum.GetValues<FaultKind>()];

    /// <summary>Cells that no run can hit, and why.</summary>
    public static string? Impossible(FaultKind fault, RoleState state) => (fault, state) switch
    {
        (FaultKind.Churn, { Role: not "client" }) => "only clients come and go",
        _ => null,
    };

    /// <summary>Counts one.</summary>
    public void Count(FaultKind fault, RoleState state) => Add(fault, state, 1);

    /// <summary>Adds what another counted.</summary>
    public void Add(Coverage other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (var ((fault, state), count) in other._counts)
        {
            Add(fault, state, count);
        }
    }

    /// <summary>How often a fault met a state.</summary>
    public long Of(FaultKind fault, RoleState state) => _counts.GetValueOrDefault((fault, state));

    /// <summary>Cells that a run can hit, and none has.</summary>
    public ImmutableArray<(FaultKind Fault, RoleState State)> Empty =>
    [
        .. from state in RoleStates.All
           from fault in Faults
           where Impossible(fault, state) is null && Of(fault, state) == 0
           select (fault, state),
    ];

    private void Add(FaultKind fault, RoleState state, long count) => _counts[(fault, state)] = Of(fault, state) + count;
}
