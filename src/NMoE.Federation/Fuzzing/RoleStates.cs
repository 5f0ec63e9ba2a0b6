using System.Collections.Immutable;
using NMoE.Federation.Aggregator;
using NMoE.Federation.Client;
using NMoE.Federation.Protocol;
using NMoE.Federation.Supervisor;

namespace NMoE.Federation.Fuzzing;

/// <summary>What a role is doing, as coverage counts it.</summary>
/// <param name="Role"><c>client</c>, <c>aggregator</c>, <c>edge</c> or <c>supervisor</c>.</param>
/// <param name="Name">What it is doing.</param>
public readonly record struct RoleState(string Role, string Name) : IComparable<RoleState>
{
    /// <summary>By place in <see cref="RoleStates.All"/>.</summary>
    public int CompareTo(RoleState other) => RoleStates.All.IndexOf(this).CompareTo(RoleStates.All.IndexOf(other));
}

/// <summary>Names what roles are doing.</summary>
public static class RoleStates
{
    private const string ClientRole = "client";
    private const string AggregatorRole = "aggregator";
    private const string EdgeRole = "edge";
    private const string SupervisorRole = "supervisor";

    /// <summary>All of them, in the order of a run.</summary>
    public static ImmutableArray<RoleState> All { get; } =
    [
        .. new[] { "joining", "waiting", "training", "expert", "sharing", "gate", "rolling", "serving", "done", "left" }.Select(name => new RoleState(ClientRole, name)),
        .. Stages.Steps.Select(stage => new RoleState(AggregatorRole, stage)),
        new RoleState(EdgeRole, "waiting"),
        new RoleState(EdgeRole, "training"),
        new RoleState(SupervisorRole, "waiting"),
        new RoleState(SupervisorRole, "serving"),
    ];

    /// <summary>What a role of this state is doing; null for the state of another kind of role.</summary>
    /// <param name="passes">Passes of inference.</param>
    /// <param name="state">A role's state.</param>
    public static RoleState? Of(int passes, object state) => state switch
    {
        ClientState client => new RoleState(ClientRole, Client(passes, client)),
        AggregatorState { Durable.Parent: not null } edge => new RoleState(EdgeRole, edge.Durable.Stage == Stages.Standby ? "waiting" : "training"),
        AggregatorState aggregator => new RoleState(AggregatorRole, aggregator.Durable.Stage),
        SupervisorState supervisor => new RoleState(SupervisorRole, supervisor.Trained ? "serving" : "waiting"),
        _ => null,
    };

    private static string Client(int passes, ClientState state) => state switch
    {
        { Silence.Left: true } => "left",
        _ when state.Durable.Serving.PassesDone == passes => "done",
        { Serving: not null } => "serving",
        _ when IsInARing(state) => "rolling",
        { Round.Training.Stage: Stages.Gate } => "gate",
        { LearnsExpert: true } => "expert",
        { Round.Training: not null } or { Round.Correlating: not null } or { Round.Against: > 0 } => "training",
        { Durable: { Sharing: { Experts.IsEmpty: false } sharing } } when !state.Durable.Gates.ContainsKey(Stages.Gate) && sharing.Opinions.Count < sharing.Experts.Length => "sharing",
        _ => IsNew(state) ? "joining" : "waiting",
    };

    private static bool IsInARing(ClientState state) => !state.Passing.IsEmpty
        || (!state.Durable.Serving.MayServe && state.Durable.Turns.Any(turn => !turn.Value.Passed && !state.Durable.Gates.ContainsKey(turn.Key)));

    /// <summary>Whether it has not been asked for anything yet.</summary>
    private static bool IsNew(ClientState state) =>
        state.Shards.Training is null || state.Durable is { Training: { Sent: null, Before: null }, Expert.Extractor: null, Serving.MayServe: false };
}
