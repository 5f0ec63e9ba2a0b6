using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Client;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Tests.Devices;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Client;

/// <summary>
/// An invitation to a round of stage 1 that comes after its end. Found by fuzzing: it took the client's own predictor back to what it had been before, or on to what
/// the expert was not to start from.
/// </summary>
public sealed class LateInvitationTests
{
    private static readonly BlobRef Published = Blob('f');
    private static readonly BlobRef Predictor = Blob('h');

    [Theory]
    [InlineData("model.norm=batch-local")]
    [InlineData("extractor.head=personal")]
    [InlineData("extractor.algorithm=scaffold", "extractor.momentum=0")]
    public void What_a_round_leaves_that_ends_late_does_not_become_the_clients_own(params string[] sets)
    {
        var role = new ClientRole(0, DeviceSpec.PlanOf(sets));
        var before = Ended(role);
        var after = role.Handle(before, new JobFinished(
            new RoundTag(Tags.Round, Stages.Extractor, 1),
            new JobResult([Blob('1'), Blob('2'), Blob('3'), Blob('4')], ImmutableSortedDictionary<string, double>.Empty.Add("loss", 1), []))).State;
        Assert.Equal(before.Durable.Training.Own, after.Durable.Training.Own);
    }

    [Fact]
    public void It_is_not_trained_any_more_and_no_matrix_is_released_for_it()
    {
        var role = new ClientRole(0, DeviceSpec.PlanOf());
        Assert.Empty(role.Handle(Ended(role), From(new TrainRound(Stages.Extractor, 1, [Blob('1'), Blob('2')], []))).Effects.OfType<Federation.Roles.Compute>());
        var releasing = new ClientRole(0, DeviceSpec.PlanOf("extractor.method=fedsc"));
        Assert.Empty(releasing.Handle(Ended(releasing), From(new Correlate(1, [Blob('1'), Blob('2')]))).Effects.OfType<Federation.Roles.Compute>());
    }

    private static ClientState Ended(ClientRole role) => role.Initial with
    {
        Shards = ShardsState.None with { Training = Blob('s') },
        LearnsExpert = true,
        Durable = ClientDurable.Empty with
        {
            Expert = ExpertMemory.None with { Extractor = Published },
            Training = new(new OwnParts(Predictor, null, null), new OwnBefore(1, OwnParts.None), null),
        },
    };

    private static Delivery From(IMessage message) => new(DeviceId.Aggregator, message);

    private static BlobRef Blob(char digit) => new(new BlobHash(new string(digit, 64)), 100);
}
