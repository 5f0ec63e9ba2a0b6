namespace NMoE.Federation.Client;

/// <summary>Names of a client's jobs and timers.</summary>
internal static class Tags
{
    public const string TrainingShard = "training-shard";
    public const string InitialHead = "initial-head";
    public const string TestShard = "test-shard";
    public const string OwnNorms = "own-norms";
    public const string Correlation = "correlation";
    public const string Release = "release";
    public const string Round = "round";
    public const string TrainingLatents = "training-latents";
    public const string Moments = "moments";
    public const string Expert = "expert";
    public const string OwnOpinion = "own-opinion";
    public const string PackedTraining = "packed-training";
    public const string UnpackedTraining = "unpacked-training";
    public const string Opinion = "opinion";
    public const string Opinions = "opinions";
    public const string Rolling = "rolling";
    public const string PackedRequest = "packed-request";
    public const string UnpackedRequest = "unpacked-request";
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
