using System.Collections.Immutable;
using NMoE.Compute.Jobs;
using NMoE.Federation.Client;
using NMoE.Federation.Protocol;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Jobs;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Client;

/// <summary>Karimireddy et al. (2020): the server's c is the mean of the clients' c_i, which holds only while both count the same updates.</summary>
public sealed class ScaffoldSpecs : DeviceSpec
{
    private static readonly DeviceId Self = new(1);
    private readonly PeerProbe _aggregator;
    private readonly List<Job> _rounds = [];

    public ScaffoldSpecs()
        : base("extractor.algorithm=scaffold", "extractor.momentum=0")
    {
        _aggregator = Peer(DeviceId.Aggregator);
        Answer = job =>
        {
            if (job.Kind != ScaffoldParameters.Kind)
                return null;
            _rounds.Add(job);
            var own = (char)('0' + _rounds.Count);
            return new JobResult(
                [Blob('a', 700_000), Blob('b', 900_000), Blob(own, 1_500), Blob('d', 1_500)],
                ImmutableSortedDictionary<string, double>.Empty.Add("loss", 0.5).Add("accuracy", 0.5), []);
        };
        SwitchOn(Self, new ClientRole(1, Plan));
        _aggregator.Expect<Join>(Self);
        Round(1, counted: 0);
    }

    [Fact]
    public void A_control_variate_goes_on_from_a_round_that_counted()
    {
        Round(2, counted: 1);
        Assert.Equal('1', _rounds[1].Inputs[4].Hash.Hex[0]);
    }

    [Fact]
    public void One_of_a_round_that_went_on_without_the_client_is_taken_back()
    {
        Round(2, counted: 1);
        Round(3, counted: 1);
        Assert.Equal('1', _rounds[2].Inputs[4].Hash.Hex[0]);
        Round(4, counted: 3);
        Assert.Equal('3', _rounds[3].Inputs[4].Hash.Hex[0]);
    }

    [Fact]
    public void Nothing_is_left_of_a_first_round_that_did_not_count()
    {
        Round(2, counted: 0);
        Assert.Equal(4, _rounds[1].Inputs.Length);
    }

    /// <summary>The same start is the same job, which is not run again.</summary>
    [Fact]
    public void A_round_that_is_asked_for_again_starts_where_it_started()
    {
        Round(2, counted: 1);
        Round(2, counted: 1);
        Assert.Equal(2, _rounds.Count);
    }

    private void Round(int round, int counted)
    {
        _aggregator.Send(Self, new TrainRound(
            Stages.Extractor, round, [Blob('e', 700_000), Blob('f', 900_000)], round > 1 ? [Blob('c', 1_500)] : [])
        { Counted = counted });
        _aggregator.Expect<RoundUpdate>(Self);
    }
}
