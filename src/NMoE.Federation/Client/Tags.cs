using NMoE.Compute.Jobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Client;

/// <summary>Names of a client's jobs and timers.</summary>
internal static class Tags
{
    public const string TrainingShard = "training-shard";
    public const string InitialHead = "initial-head";
    public const string InitialParts = "initial-parts";
    public const string TestShard = "test-shard";
    public const string OwnNorms = "own-norms";
    public const string Correlation = "correlation";
    public const string Release = "release";
    public const string Round = "round";
    public const string Compressed = "compressed";
    public const string Unpacked = "unpacked";
    public const string TrainingLatents = "training-latents";
    public const string Moments = "moments";
    public const string ExpertStart = "expert-start";
    public const string Expert = "expert";
    public const string OwnOpinion = "own-opinion";
    public const string PackedTraining = "packed-training";
    public const string UnpackedTraining = "unpacked-training";
    public const string Opinion = "opinion";
    public const string Opinions = "opinions";
    public const string Turn = "turn";
    public const string PackedRequest = "packed-request";
    public const string UnpackedRequest = "unpacked-request";
    public const string HomeGate = "home-gate";
    public const string Served = "served";
    public const string TestLatents = "test-latents";
    public const string Route = "route";
    public const string Ranking = "ranking";
    public const string OwnOutputs = "own-outputs";
    public const string Fallback = "fallback";
    public const string Answer = "answer";
    public const string Deadline = "deadline";
    public const string Silence = "silence";
}

/// <summary>A test shard that is dealt.</summary>
/// <param name="Test">The test set that it is of.</param>
internal sealed record TestShardTag(TestPartition Test) : JobTag(Tags.TestShard);

/// <summary>A job of a round.</summary>
/// <param name="Name">The purpose.</param>
/// <param name="Stage">The stage that the round is of.</param>
/// <param name="Round">Round, from 1; 0 for what comes in none.</param>
internal sealed record RoundTag(string Name, string Stage, int Round) : JobTag(Name);

/// <summary>What a client sends of a round, compressed.</summary>
/// <param name="Of">The training whose result it is.</param>
/// <param name="Trained">That result.</param>
internal sealed record CompressedTag(RoundTag Of, JobResult Trained) : JobTag(Tags.Compressed);

/// <summary>The model of a round that travelled packed.</summary>
/// <param name="From">Who sent it.</param>
/// <param name="Round">The round as it came.</param>
internal sealed record UnpackedTag(DeviceId From, TrainRound Round) : JobTag(Tags.Unpacked);

/// <summary>A turn in a ring.</summary>
/// <param name="Stage">The ring's stage.</param>
/// <param name="Generation">Which ring of it.</param>
/// <param name="Hop">The turn's hop.</param>
internal sealed record TurnTag(string Stage, int Generation, int Hop) : JobTag(Tags.Turn);

/// <summary>What the own expert says of a peer's training latents.</summary>
/// <param name="Name">The purpose.</param>
/// <param name="Asker">The peer.</param>
/// <param name="Rows">Rows that the peer sent.</param>
internal sealed record OpinionTag(string Name, int Asker, int Rows) : JobTag(Name);

/// <summary>A job of an own request.</summary>
/// <param name="Name">The purpose.</param>
/// <param name="Pass">The pass that it is of.</param>
/// <param name="Request">Request of the pass, from 0.</param>
internal sealed record RequestTag(string Name, int Pass, int Request) : JobTag(Name);

/// <summary>The deadline of an own request.</summary>
/// <param name="Pass">The pass that it is of.</param>
/// <param name="Request">Request of the pass, from 0.</param>
/// <param name="Attempt">How many deadlines it has missed before.</param>
internal sealed record RequestTimer(int Pass, int Request, int Attempt) : TimerTag(Tags.Deadline);

/// <summary>What the own expert says of a peer's request.</summary>
/// <param name="Name">The purpose.</param>
/// <param name="Asker">The peer.</param>
/// <param name="Pass">The pass that it is of.</param>
/// <param name="Request">Request of the pass, from 0.</param>
/// <param name="Substitution">How many times the peer had asked for another expert in the place of one that was late.</param>
/// <param name="Rows">Rows that the peer sent.</param>
internal sealed record AnswerTag(string Name, int Asker, int Pass, int Request, int Substitution, int Rows) : JobTag(Name);
