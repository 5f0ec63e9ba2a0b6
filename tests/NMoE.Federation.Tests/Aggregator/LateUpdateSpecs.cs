using NMoE.Compute.Jobs;
using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Jobs;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Aggregator;

/// <summary>An aggregator with three clients of ten pictures, of whom some are slower than others.</summary>
public abstract class UnevenSpec : DeviceSpec
{
    private readonly PeerProbe _supervisor;

    protected UnevenSpec(params string[] sets)
        : base(["extractor.rounds=3", "extractor.deadline=1 h", "inference.gates=[rangate]", "supervision.patience=1000 h", .. sets])
    {
        _supervisor = Peer(DeviceId.Supervisor);
        Clients = [.. Plan.Deal.ClientNumbers.Select(client => Peer(DeviceId.Client(client)))];
        Answer = job =>
        {
            if (job.Kind is "average" or "buffered-step")
            {
                Steps.Add(job);
            }

            return null;
        };
        SwitchOn(DeviceId.Aggregator, new AggregatorRole(Plan));
        foreach (var client in Clients)
        {
            client.Send(DeviceId.Aggregator, new Join(10));
        }

        _supervisor.Send(DeviceId.Aggregator, new BeginTraining());
    }

    protected PeerProbe[] Clients { get; }

    protected List<Job> Steps { get; } = [];

    protected TrainRound Invited(int client) => Clients[client].Expect<TrainRound>(DeviceId.Aggregator);

    /// <summary>The update of a client and round is a blob that no other has: a digit each.</summary>
    protected void Update(int client, int round)
    {
        Clients[client].Send(
            DeviceId.Aggregator,
            new RoundUpdate(Stages.Extractor, round, [Blob(Digit(client, round), 1000), Blob(Digit(client, round), 2000)], 10, 1, []));
        Pass(TimeSpan.FromSeconds(1));
    }

    protected static char Digit(int client, int round) => "0123456789abcdef"[(4 * client) + round];

    protected static string Digits(Job job, int skip, int stride) =>
        string.Concat(job.Inputs.Skip(skip).Where((_, i) => i % stride == 0).Select(input => input.Hash.Hex[0]));
}

public sealed class LateUpdateSpecs() : UnevenSpec("extractor.participation=0.67", "extractor.over-commit=0.5", "extractor.late=accept")
{
    [Fact]
    public void The_first_two_of_three_end_a_round_and_the_third_counts_in_the_next_at_one_over_root_two()
    {
        foreach (var client in Plan.Deal.ClientNumbers)
        {
            Assert.Equal(1, Invited(client).Round);
        }

        Update(0, 1);
        Update(1, 1);
        Assert.Equal(2, Invited(0).Round);
        Update(2, 1);
        Update(0, 2);
        Update(1, 2);

        Assert.Equal(3, Invited(0).Round);
        var second = Steps.Where(job => job.Inputs[0].Hash.Hex[0] == Digit(0, 2)).First();
        Assert.Equal($"{Digit(0, 2)}{Digit(1, 2)}{Digit(2, 1)}", Digits(second, 0, 1));
        Assert.Equal<double>([10, 10, 10 / Math.Sqrt(2)], LearningJob.Parameters<AverageParameters>(second).Weights);
    }

    [Fact]
    public void A_newer_update_takes_the_place_of_a_late_one_of_the_same_client()
    {
        Update(0, 1);
        Update(1, 1);
        Update(2, 1);
        Update(2, 2);
        Update(0, 2);

        var second = Steps.Where(job => job.Inputs[0].Hash.Hex[0] == Digit(0, 2)).First();
        Assert.Equal($"{Digit(0, 2)}{Digit(2, 2)}", Digits(second, 0, 1));
    }

    [Fact]
    public void An_update_that_counted_once_never_counts_again()
    {
        Update(0, 1);
        Update(1, 1);
        Update(1, 1);
        Update(0, 2);
        Update(2, 2);

        var second = Steps.Where(job => job.Inputs[0].Hash.Hex[0] == Digit(0, 2)).First();
        Assert.Equal($"{Digit(0, 2)}{Digit(2, 2)}", Digits(second, 0, 1));
    }
}

public sealed class BufferSpecs() : UnevenSpec("extractor.aggregation=buffered", "extractor.buffer=2")
{
    [Fact]
    public void Two_arrivals_make_a_step_and_only_those_two_begin_again()
    {
        foreach (var client in Plan.Deal.ClientNumbers)
        {
            Assert.Equal(1, Invited(client).Round);
        }

        Update(2, 1);
        Update(0, 1);
        Assert.Equal(2, Invited(0).Round);
        Assert.Equal(2, Invited(2).Round);
        Clients[1].Probe.ExpectNothing(TimeSpan.FromMinutes(10));
        Assert.Equal($"{Digit(0, 1)}{Digit(2, 1)}", Digits(Steps[0], 1, 2));
        Assert.Equal<double>([0.5, 0.5], LearningJob.Parameters<BufferedStepParameters>(Steps[0]).Weights);
    }

    [Fact]
    public void A_change_is_measured_from_the_model_it_began_with_and_discounted_by_the_steps_since()
    {
        var first = Invited(1).Model;
        Invited(0);
        Update(0, 1);
        Update(2, 1);
        var second = Invited(0).Model;
        Update(0, 2);
        Update(1, 1);

        var step = Steps.First(job => job.Inputs[1].Hash.Hex[0] == Digit(0, 2));
        Assert.Equal([second[0].Hash.Hex[0], first[0].Hash.Hex[0]], Digits(step, 2, 2));
        Assert.Equal(second[0], step.Inputs[0]);
        Assert.Equal<double>([0.5, 0.5 / Math.Sqrt(2)], LearningJob.Parameters<BufferedStepParameters>(step).Weights);
    }

    [Fact]
    public void At_the_deadline_the_step_is_made_with_what_came_and_who_was_silent_counts_once_it_is_heard()
    {
        Update(0, 1);
        Assert.Equal([1, 2], new[] { Invited(0).Round, Invited(0).Round });
        Assert.Equal(3, Steps[0].Inputs.Length);
        Assert.Equal(1, Invited(1).Round);

        // Late as it is, its work counts in the next step, and it is asked again.
        Update(1, 1);
        Update(0, 2);
        Assert.Equal(3, Invited(1).Round);
        Assert.Contains(Steps, step => step.Inputs.Any(input => input.Hash.Hex[0] == Digit(1, 1)));
    }

    [Fact]
    public void An_aggregator_that_crashes_gives_everyone_the_model_of_the_last_step()
    {
        Update(0, 1);
        Update(2, 1);
        Ports.Crash(DeviceId.Aggregator, "a fault");
        Invited(1);
        Assert.Equal(2, Invited(1).Round);
    }
}
