using NMoE.Federation.Protocol;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Devices;

/// <summary>Lets things happen when a stage starts: when its first message is sent (of stage 2, the model that it works on); of serving, when the first client makes its first request.</summary>
internal sealed class StageStarts
{
    private readonly SortedDictionary<string, List<Action>> _waiting = new(StringComparer.Ordinal);

    /// <summary>Does something when a stage starts, once.</summary>
    public void When(string stage, Action action)
    {
        if (!_waiting.TryGetValue(stage, out var actions))
        {
            _waiting[stage] = actions = [];
        }

        actions.Add(action);
    }

    /// <summary>A message is sent. Stage 2 begins with the model that stage 1 publishes.</summary>
    public void Sent(Transfer transfer) => Begin(transfer.Message is PublishModel { Stage: Stages.Extractor } ? Stages.Expert : transfer.Stage);

    /// <summary>A client makes a request.</summary>
    public void Requested() => Begin(Stages.Serving);

    private void Begin(string stage)
    {
        if (_waiting.Count > 0 && _waiting.Remove(stage, out var actions))
        {
            actions.ForEach(action => action());
        }
    }
}
