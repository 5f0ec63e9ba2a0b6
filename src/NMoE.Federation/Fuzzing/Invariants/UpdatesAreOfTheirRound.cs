using NMoE.Compute.Blobs;
using NMoE.Federation.Client;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Fuzzing.Invariants;

/// <summary>An update is what the client's own training of that round left, of as many samples as there are, and was asked for.</summary>
internal sealed class UpdatesAreOfTheirRound(Deal deal, GateRules gate) : IInvariant
{
    private readonly SortedSet<(int Client, string Stage, int Round, BlobHash Blob)> _trained = [];
    private readonly SortedSet<(int Client, string Stage, int Round)> _asked = [];

    public string Name => "updates-are-of-their-round";

    public string? See(Happening happening)
    {
        if (happening is not RoleDecided { After: ClientState, Device.Number: var client } decided)
        {
            return null;
        }

        Note(client, decided.Message);
        foreach (var update in decided.Sent().Select(send => send.Message).OfType<RoundUpdate>())
        {
            var name = FormattableString.Invariant($"client-{client}'s update of round {update.Round} of stage '{update.Stage}'");
            var samples = update.Stage == Stages.Gate ? gate.Rows(deal.Rows(client)) : deal.Rows(client);
            if (!_asked.Contains((client, update.Stage, update.Round)))
            {
                return name + " was not asked for";
            }

            if (update.Samples != samples || update.Blobs.Any(blob => !_trained.Contains((client, update.Stage, update.Round, blob.Hash))))
            {
                return update.Samples != samples
                    ? FormattableString.Invariant($"{name} says {update.Samples} samples, of {samples}")
                    : name + " is not what its training of that round left";
            }
        }

        return null;
    }

    private void Note(int client, object message)
    {
        switch (message)
        {
            case Delivery { Message: TrainRound round }:
                _asked.Add((client, round.Stage, round.Round));
                break;
            case Delivery { Message: TrainAgainst against }:
                _asked.Add((client, Stages.Extractor, against.Round));
                break;
            case JobFinished { Tag: CompressedTag { Of: var of } } job:
                _trained.UnionWith(job.Result.Outputs.Select(output => (client, of.Stage, of.Round, output.Hash)));
                break;
            case JobFinished { Tag: RoundTag { Name: Tags.Round } tag } job:
                _trained.UnionWith(job.Result.Outputs.Select(output => (client, tag.Stage, tag.Round, output.Hash)));
                break;
        }
    }
}
