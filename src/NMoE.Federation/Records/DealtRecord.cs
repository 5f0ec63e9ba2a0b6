using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace NMoE.Federation.Records;

/// <summary>How pictures were dealt to clients.</summary>
/// <param name="Set"><see cref="Training"/>, or a test set as in <see cref="PassRecord"/>.</param>
/// <param name="Partition">The partition with its settings.</param>
/// <param name="PerClient">Pictures of each client; of the one that has most.</param>
/// <param name="Asked">Pictures of each client that the configuration asks for.</param>
/// <param name="Largest">Largest distance (total variation, 0..1) between a client's class shares and those that it should have: of the training shards those drawn, of the test set
/// <c>same</c> those of the training shard; null where there is nothing to compare with.</param>
/// <param name="Client">The client that has it; null with <paramref name="Largest"/>.</param>
public sealed record DealtRecord(string Set, string Partition, int PerClient, int Asked, double? Largest, int? Client)
{
    /// <summary>The training shards.</summary>
    public const string Training = "training";

    /// <summary>Pictures of the client that has fewest, where <see cref="PerClient"/> is of the one that has most; null where all have as many.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Fewest { get; init; }

    /// <summary>Pictures by client and class, [n][C]; null beyond <see cref="ClientAccuracyRecord.MostClients"/> clients, and in reports of earlier versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<ImmutableArray<int>>? Classes { get; init; }

    /// <summary>Clients without training pictures, ascending; null where there are none. They are served, and do nothing else.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<int>? Empty { get; init; }

    /// <summary>Training pictures that the file of clients does not name; null where there is no such file.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? LeftOut { get; init; }
}
