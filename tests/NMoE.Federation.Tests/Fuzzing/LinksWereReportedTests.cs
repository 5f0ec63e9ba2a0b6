using System.Collections.Immutable;
using NMoE.Federation.Client;
using NMoE.Federation.Fuzzing.Invariants;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Tests.Fuzzing;

/// <summary>A client of three that measured 100 and 200, was told 150 and 300 by client 1 and nothing by client 2: what its gate may be told, and what it cannot know.</summary>
public sealed class LinksWereReportedTests
{
    private static readonly Plan s_plan = DeviceSpec.PlanOf();
    private static readonly Link s_reported = new(100, 150);
    private static readonly Link s_supposed = new(100, 100);

    public static TheoryData<bool, string> Views => new()
    {
        { true, "what it measured and was told" }, { false, "the truth of a peer that said nothing" }, { false, "what a peer said before the client crashed" }, { true, "nothing after a crash" },
    };

    [Theory]
    [MemberData(nameof(Views))]
    public void A_gate_is_told_what_reached_the_client(bool holds, string what)
    {
        var invariant = new LinksWereReported(s_plan);
        See(invariant, new Started());
        See(invariant, new AccessSensed("inference/des/same", new(100, 200)));
        See(invariant, new Delivery(DeviceId.Client(1), new LinkReport(new(150, 300))));
        if (what.Contains("crash", StringComparison.Ordinal))
        {
            See(invariant, new Restarted());
        }

        ImmutableArray<Link> view = what.StartsWith("nothing", StringComparison.Ordinal) ? [Link.None, new(0, 0), new(0, 0)]
            : [Link.None, s_reported, what.Contains("truth", StringComparison.Ordinal) ? new(100, 170) : s_supposed];
        Assert.Equal(holds, See(invariant, new object(), view) is null);
    }

    private static string? See(LinksWereReported invariant, object message, ImmutableArray<Link> view = default)
    {
        var state = new ClientState(ClientDurable.Empty);
        var route = new RouteParameters(s_plan.Model.Spec, DesGate.GateName, 0, 3, 1, []) { Links = new(2, new(1, 1, 1, 0, 1, 0, 0, 1), [view]) };
        ImmutableArray<Effect> effects = view.IsDefault ? [] : [new Federation.Roles.Compute(new RequestTag(Tags.Route, 0, 0), LearningJob.Create(route, 1), 0)];
        return invariant.See(new RoleDecided(VirtualTime.Zero, DeviceId.Client(0), state, message, state, effects));
    }
}
