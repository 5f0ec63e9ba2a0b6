using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Client;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Tests.Devices;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Client;

/// <summary>A client that answers requests of large numbers.</summary>
public sealed class LargeRequestTests
{
    private static readonly DeviceId Asker = new(1);

    /// <summary>Pass, request, substitution and rows multiplied together would not fit into 31 bits.</summary>
    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(9_999, 22, 1)]
    [InlineData(9_999, 24, 10_000)]
    public void The_answer_is_to_the_request_that_was_made(int request, int substitution, int rows)
    {
        var plan = DeviceSpec.PlanOf("experiment.clients=25", "data.test-per-client=10000", "inference.batch=1", "inference.alternatives=24", "inference.gates=[rangate]");
        var role = new ClientRole(0, plan);
        var asked = new RouteLatents(0, request, Blob('a'), [.. Enumerable.Range(0, rows)], 512) { Substitution = substitution };

        var served = role.Handle(new ClientState(ClientDurable.Empty with { Expert = ExpertMemory.None with { Model = Blob('e') } }), new Delivery(Asker, asked));
        var job = Assert.Single(served.Effects.OfType<Federation.Roles.Compute>());
        var replied = role.Handle(served.State, new JobFinished(job.Tag, new JobResult([Blob('l')], ImmutableSortedDictionary<string, double>.Empty, [])));

        var sent = Assert.Single(replied.Effects.OfType<Send>());
        var outputs = Assert.IsType<ExpertOutputs>(sent.Message);
        Assert.Equal((Asker, 0, request, substitution, rows), (sent.To, outputs.Pass, outputs.Request, outputs.Substitution, outputs.Rows));
    }

    /// <summary>Request times attempts, 23 of them, would come to 2^32 and look like the very first request.</summary>
    [Theory]
    [InlineData(0, 0, 0, true)]
    [InlineData(0, 0, 1, false)]
    [InlineData(0, 1, 0, false)]
    [InlineData(1, 0, 0, false)]
    [InlineData(0, 186_737_708, 12, false)]
    public void A_deadline_ends_its_own_request_alone(int pass, int request, int attempt, bool ends)
    {
        var plan = DeviceSpec.PlanOf("experiment.clients=25", "inference.batch=1", "inference.retries=0", "inference.alternatives=22", "inference.gates=[rangate, localgate]");
        var serving = ServingState.Of(pass, [0, 1]) with { Answered = [1], Request = RequestState.Of(request) with { Attempt = attempt, Asked = [0], Open = [1] }, Latents = Blob('l') };
        var state = new ClientState(ClientDurable.Empty with { Expert = ExpertMemory.None with { Model = Blob('e') } }) { Serving = serving };

        var decided = new ClientRole(0, plan).Handle(state, new TimerFired(new RequestTimer(0, 0, 0)));
        Assert.Equal(ends, decided.Effects.OfType<Observe>().Any(seen => seen.Observation is DeadlinePassed));
    }

    private static BlobRef Blob(char digit) => new(new BlobHash(new string(digit, 64)), 100);
}
