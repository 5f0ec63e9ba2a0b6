using NMoE.Federation.Aggregator;
using NMoE.Federation.Client;
using NMoE.Federation.Experiments;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Fuzzing;

/// <summary>Faults planted in roles, each against the invariant that is there for it.</summary>
public sealed class PlantedFaultSpecs : FuzzSpec
{
    private const int Seeds = 60;

    [Fact]
    public void An_aggregator_that_averages_one_update_twice_counts_a_client_twice() => Assert.Equal(
        "clients-count-once",
        Aggregator((_, _, decision) => Computes(decision, compute => compute.Tag.Name == "average" && compute.Job.Inputs.Length > 1
            ? compute with { Job = compute.Job with { Inputs = [.. compute.Job.Inputs[..^1], compute.Job.Inputs[0]] } }
            : compute)));

    [Fact]
    public void An_aggregator_that_counts_one_client_more_is_found() => Assert.Equal(
        "clients-count-once",
        Aggregator((_, _, decision) => Effects(decision, effect => effect is Observe { Observation: RoundEnded { Stage: Stages.Extractor } ended }
            ? new Observe(ended with { Participants = ended.Participants + 1 })
            : effect)));

    [Fact]
    public void An_aggregator_that_goes_on_with_the_model_of_the_round_before_is_found() => Assert.Equal(
        "models-follow-rounds",
        Aggregator((before, _, decision) => Sends(decision, message => message is TrainRound { Stage: Stages.Extractor, Round: 2 } round
            ? round with { Model = before.Durable.Extractor }
            : message)));

    [Fact]
    public void An_aggregator_that_skips_a_round_is_found() => Assert.Equal(
        "rounds-go-forward",
        Aggregator((before, _, decision) => decision.State.Durable is { Stage: Stages.Extractor, Round: 2 } && before.Durable.Round == 1
            ? decision with { State = decision.State with { Durable = decision.State.Durable with { Round = 0 } } }
            : decision));

    [Fact]
    public void A_client_that_does_not_count_its_releases_is_found() => Assert.Equal(
        "releases-are-counted",
        Client((_, _, decision) => Effects(decision, effect => effect is Observe { Observation: MatrixReleased } ? new Observe(new ClientLeft(-1)) : effect)));

    [Fact]
    public void A_client_that_says_another_round_is_found() => Assert.Equal(
        "updates-are-of-their-round",
        Client((_, _, decision) => Sends(decision, message => message is RoundUpdate update ? update with { Round = update.Round + 1 } : message)));

    [Fact]
    public void A_client_that_takes_one_experts_outputs_for_anothers_is_found() => Assert.Equal(
        "answers-of-those-asked",
        Client((before, message, decision) => decision.State.Serving is { Outputs.Count: > 1 } serving
            ? decision with { State = decision.State with { Serving = serving with { Outputs = serving.Outputs.SetItem(serving.Outputs.Keys.First(), serving.Outputs.Values.Last()) } } }
            : decision));

    [Fact]
    public void A_client_that_forgets_to_wait_for_a_deadline_is_found() => Assert.Equal(
        "run-ends",
        Client((_, _, decision) => decision with { Effects = [.. decision.Effects.Where(effect => effect is not SetTimer { Tag.Name: "deadline" or "silence" })] }));

    [Fact]
    public void An_aggregator_that_publishes_before_the_next_place_has_its_state_is_found() => Assert.Equal(
        "places-go-on-from-checkpoints",
        Aggregator((_, _, decision) => decision.State.Moving.Guard is not null ? decision with { Effects = [.. decision.Effects, .. decision.State.Moving.Withheld] } : decision));

    [Fact]
    public void A_place_that_goes_on_from_the_first_checkpoint_is_found() => Assert.Equal(
        "places-go-on-from-checkpoints",
        Standby((before, message, decision) => message is Delivery { Message: Checkpoint } && before.Durable.Held is not null ? decision with { State = before } : decision));

    [Fact]
    public void A_place_that_makes_itself_the_aggregator_is_found() => Assert.Equal(
        "places-go-on-from-checkpoints",
        Standby((_, message, decision) => message is Delivery { Message: Checkpoint } && decision.State.Durable is { Stage: Stages.Standby, Held.Number: 2 } durable
            ? decision with { State = decision.State with { Durable = durable with { Stage = Stages.Extractor } } }
            : decision));

    [Fact]
    public void An_edge_server_that_says_more_samples_than_went_in_is_found() => Assert.Equal(
        "sites-average-their-own",
        Edge((_, _, decision) => Sends(decision, message => message is RoundUpdate update ? update with { Samples = update.Samples + 1 } : message)));

    [Fact]
    public void An_edge_server_that_sends_on_what_it_began_with_is_found() => Assert.Equal(
        "sites-average-their-own",
        Edge((before, _, decision) => Sends(decision, message => message is RoundUpdate update ? update with { Model = before.Durable.Parent!.Asked!.Model } : message)));

    [Fact]
    public void An_edge_server_that_begins_each_round_with_the_aggregators_model_is_found() => Assert.Equal(
        "sites-average-their-own",
        Edge((_, _, decision) => Sends(decision, message => message is TrainRound round ? round with { Model = decision.State.Durable.Parent!.Asked!.Model } : message)));

    [Fact]
    public void An_aggregator_that_gives_one_site_to_two_edge_servers_is_found() => Assert.Equal(
        "sites-average-their-own",
        Aggregator((_, _, decision) => Sends(decision, message => message is TrainRound { Sites.IsEmpty: false } round ? round with { Sites = [0] } : message), 4 * Seeds));

    private static string Edge(Func<AggregatorState, object, Decision<AggregatorState>, Decision<AggregatorState>> change) => FirstViolation(
        plan => RoleSet.Of(plan) with { Edge = site => new Planted<AggregatorState>(new EdgeRole(plan, site)) { Change = change } }, 4 * Seeds).Violation!.Invariant;

    private static string Standby(Func<AggregatorState, object, Decision<AggregatorState>, Decision<AggregatorState>> change) => FirstViolation(
        plan => RoleSet.Of(plan) with { Standby = place => new Planted<AggregatorState>(new AggregatorRole(plan, place)) { Change = change } }, 4 * Seeds).Violation!.Invariant;

    private static string Aggregator(Func<AggregatorState, object, Decision<AggregatorState>, Decision<AggregatorState>> change, int seeds = Seeds) => FirstViolation(
        plan => RoleSet.Of(plan) with { Aggregator = () => new Planted<AggregatorState>(new AggregatorRole(plan)) { Change = change } }, seeds).Violation!.Invariant;

    private static string Client(Func<ClientState, object, Decision<ClientState>, Decision<ClientState>> change) => FirstViolation(
        plan => RoleSet.Of(plan) with { Client = client => new Planted<ClientState>(new ClientRole(client, plan)) { Change = change } }, Seeds).Violation!.Invariant;

    private static Decision<TState> Effects<TState>(Decision<TState> decision, Func<Effect, Effect> change) =>
        decision with { Effects = [.. decision.Effects.Select(change)] };

    private static Decision<TState> Computes<TState>(Decision<TState> decision, Func<Federation.Roles.Compute, Federation.Roles.Compute> change) =>
        Effects(decision, effect => effect is Federation.Roles.Compute compute ? change(compute) : effect);

    private static Decision<TState> Sends<TState>(Decision<TState> decision, Func<IMessage, IMessage> change) =>
        Effects(decision, effect => effect is Send send ? send with { Message = change(send.Message) } : effect);
}
