using NMoE.Compute.Jobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;

namespace NMoE.Federation.Client;

/// <summary>Rounds whose updates travel compressed: between training and sending a client compresses what it has trained. To the rounds what travels is what was trained, and behind it stands what was left out.</summary>
internal sealed class ClientCompression(int number, Plan plan, IClientHalf rounds) : IClientHalf
{
    private readonly UpdateTravel _travel = new(plan);

    public Decision<ClientState>? Handle(ClientState state, object message) => message switch
    {
        JobFinished { Tag: RoundTag { Name: Tags.Round, Stage: Stages.Extractor } round } trained when Compress(state, round, trained.Result) is { } compressing => compressing,
        JobFinished { Tag: CompressedTag tag } job => rounds.Handle(state, new JobFinished(tag.Of, Travelling(tag.Trained, job.Result))),
        _ => rounds.Handle(state, message),
    };

    /// <summary>The decision to compress first; null where there is nothing to: the loss diverged, or it is no longer known what the round started from.</summary>
    private Decision<ClientState>? Compress(ClientState state, RoundTag round, JobResult trained)
    {
        if (!double.IsFinite(trained.Metrics["loss"]) || state.Round.Training is not { } asked || (asked.Stage, asked.Round) != (round.Stage, round.Round))
        {
            return null;
        }

        var parts = plan.Model.SharedParts.Length;
        var kept = plan.Settings.Extractor.Compression.Keeps ? state.Durable.Training.OwnAt(round.Round).Kept : [];
        var (job, flops) = _travel.Compress(number, round.Round, asked.Model, trained.Outputs[..parts], kept);
        return Decision.Of(state, new Roles.Compute(new CompressedTag(round, trained) { Place = round.Place }, job, flops));
    }

    private JobResult Travelling(JobResult trained, JobResult compressed)
    {
        var parts = plan.Model.SharedParts.Length;
        return trained with { Outputs = [.. compressed.Outputs[..parts], .. trained.Outputs[parts..], .. compressed.Outputs[parts..]] };
    }
}
