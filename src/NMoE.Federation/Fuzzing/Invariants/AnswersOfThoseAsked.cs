using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Client;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Learning.Jobs;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Fuzzing.Invariants;

/// <summary>
/// A client answers with outputs that reached it in this pass, or its own expert's, each under the number of the expert that made it, and says so; the same of opinions that
/// the gate learns from.
/// </summary>
internal sealed class AnswersOfThoseAsked(Plan plan) : IInvariant
{
    // What each client holds, by the client that sent it and the pass that it is for; -1 is the training before.
    private readonly SortedSet<(int Client, int Expert, int Pass, BlobHash Logits)> _received = [];

    // Who answered each choice of a pass, by what the answer was made of.
    private readonly SortedDictionary<(int Client, int Pass), ImmutableArray<int>> _answered = [];

    // How many experts each sample of a pass asks: as many as are configured, or as may be chosen.
    private readonly SortedDictionary<(int Client, int Pass), int> _k = [];

    public string Name => "answers-of-those-asked";

    public string? See(Happening happening)
    {
        if (happening is not RoleDecided { After: ClientState state, Device.Number: var client } decided)
        {
            return null;
        }

        Note(client, decided.Message);
        foreach (var (tag, job) in decided.Effects.OfType<Roles.Compute>().Select(compute => (compute.Tag, compute.Job)))
        {
            var wrong = tag is RequestTag { Name: Tags.Route, Pass: var pass } ? CheckRoute(client, pass, LearningJob.Parameters<RouteParameters>(job)) : job.Kind == AnswerParameters.Kind ? CheckAnswer(client, state.Serving?.Pass ?? -1, job)
                : job.Kind == GateParameters.Kind ? Check(client, -1, Asked(client, LearningJob.Parameters<GateParameters>(job).Experts), job.Inputs[3..^(plan.Pipeline.StandardisesGate ? 1 : 0)])
                : job.Kind == GateSumsParameters.Kind ? Check(client, -1, Asked(client, LearningJob.Parameters<GateSumsParameters>(job).Experts), job.Inputs[2..^(plan.Pipeline.StandardisesGate ? 1 : 0)])
                : null;
            if (wrong is not null)
            {
                return wrong;
            }
        }

        return decided.Effects.OfType<Observe>().Select(effect => effect.Observation).OfType<PassAnswered>().Select(CheckPass).FirstOrDefault(wrong => wrong is not null);
    }

    private void Note(int client, object message)
    {
        switch (message)
        {
            case Delivery { Message: ExpertOutputs outputs, From: var from }:
                _received.Add((client, from.Number, outputs.Pass, outputs.Logits.Hash));
                break;
            case Delivery { Message: TrainingLogits logits, From: var from }:
                _received.Add((client, from.Number, -1, logits.Logits.Hash));
                break;
            case JobFinished { Tag: RequestTag { Name: Tags.OwnOutputs or Tags.Fallback } tag } job:
                _received.Add((client, client, tag.Pass, job.Result.Outputs[0].Hash));
                break;
            case JobFinished { Tag.Name: Tags.OwnOpinion } job:
                _received.Add((client, client, -1, job.Result.Outputs[0].Hash));
                break;
        }
    }

    private string? CheckRoute(int client, int pass, RouteParameters route)
    {
        var expected = Math.Min(plan.Pipeline.Serving.K(plan.Pipeline.Serving.Passes[pass]), route.Experts?.Length ?? plan.Peers.Count(client));
        _k[(client, pass)] = route.K;
        return route.K == expected ? null : FormattableString.Invariant($"client-{client} asks {route.K} experts a sample in pass {pass}, of {expected}");
    }

    /// <summary>A gate's training knows experts by their places among those that the client asks.</summary>
    private ImmutableArray<int> Asked(int client, ImmutableArray<int> places) => plan.Asked.Rows(client) is { } experts ? [.. places.Select(place => experts[place])] : places;

    private string? CheckAnswer(int client, int pass, Job job)
    {
        var parameters = LearningJob.Parameters<AnswerParameters>(job);
        _answered[(client, pass)] = parameters.Answered;
        return Check(client, pass, parameters.Experts, job.Inputs[1..]);
    }

    private string? Check(int client, int pass, ImmutableArray<int> experts, ImmutableArray<BlobRef> logits)
    {
        if (experts.Length != logits.Length)
        {
            return FormattableString.Invariant($"client-{client} mixes {logits.Length} outputs of {experts.Length} experts");
        }

        foreach (var (expert, output) in experts.Zip(logits))
        {
            if (!_received.Contains((client, expert, pass, output.Hash)))
            {
                return FormattableString.Invariant($"client-{client} takes blob {output} for outputs of client-{expert}'s expert in pass {pass}, which did not give it those");
            }
        }

        return null;
    }

    private string? CheckPass(PassAnswered answered)
    {
        var pass = plan.Pipeline.Serving.Passes[answered.Pass];
        var pairs = plan.Deal.TestRows(answered.Client, pass.Test) * _k.GetValueOrDefault((answered.Client, answered.Pass));
        return answered.Chosen.Length != pairs || answered.Answered.Length != pairs ? FormattableString.Invariant(
                $"{new DeviceId(answered.Client)} answers {answered.Answered.Length} of {pairs} choices in pass {answered.Pass}")
            : !_answered.TryGetValue((answered.Client, answered.Pass), out var made) || !made.SequenceEqual(answered.Answered) ? FormattableString.Invariant(
                $"{new DeviceId(answered.Client)} says of pass {answered.Pass} that others answered than did")
            : null;
    }
}
