using NMoE.Federation.Roles;

namespace NMoE.Federation.Aggregator;

/// <summary>
/// A stage of training as the server leads it. <see cref="AggregatorRole"/> walks the list of them: it shows each message to the stage under way, and begins the next one where that
/// says that it is over.
/// </summary>
internal interface IServerHalf
{
    /// <summary>The stage's name.</summary>
    string Stage { get; }

    /// <summary>Begins it: where training stands is its name from then on.</summary>
    Decision<AggregatorState> Begin(AggregatorState state);

    /// <summary>What a message changes while it is under way; null where the message is not of it.</summary>
    Decision<AggregatorState>? Handle(AggregatorState state, object message);

    /// <summary>Goes on with it after a crash.</summary>
    Decision<AggregatorState> Resume(AggregatorState state);

    /// <summary>Goes on with it at a place that did not have its state before: clients may have answered another one, and are asked again.</summary>
    Decision<AggregatorState> TakeOver(AggregatorState state) => Resume(state);

    /// <summary>What a client is told that was away, once it has begun: what it asks while it is under way, what it has left when it is over.</summary>
    IEnumerable<Effect> Missed(AggregatorState state, int client) => [];
}
