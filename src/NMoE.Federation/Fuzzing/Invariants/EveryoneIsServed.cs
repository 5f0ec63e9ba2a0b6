using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Fuzzing.Invariants;

/// <summary>A run that ends with a result has answers of all passes from every client that was not lost for good and did not leave, and none twice; where nothing goes wrong nobody leaves.</summary>
internal sealed class EveryoneIsServed(ExperimentSettings settings, int passes) : IInvariant
{
    private readonly SortedSet<(int Client, int Pass)> _answered = [];
    private readonly SortedSet<int> _excused = [];
    private bool _noticed;

    public string Name => "everyone-is-served";

    public string? See(Happening happening)
    {
        switch (happening)
        {
            case Observed { What: PassAnswered answered }:
                return _answered.Add((answered.Client, answered.Pass)) ? null : FormattableString.Invariant($"client-{answered.Client} answered pass {answered.Pass} twice");
            case Observed { What: DeadlinePassed }:
                // On shared links copies slow down what they are copies of.
                _noticed = true;
                return null;
            case Observed { What: ClientLeft left } when Harmless.Is(settings) && !_noticed:
                return $"nothing went wrong that a deadline could notice, and {new DeviceId(left.Client)} left";
            case Observed { What: ClientLeft left }:
                _excused.Add(left.Client);
                return null;
            case Observed { What: DeviceLost { Returns: false, Device: { IsClient: true, Number: var client } } }:
                _excused.Add(client);
                return null;
            case RunOver { Outcome: not null }:
                var missing = Enumerable.Range(0, settings.Experiment.Clients).Where(client => !_excused.Contains(client) && _answered.Count(item => item.Client == client) < passes);
                return missing.Select(client => $"{new DeviceId(client)} was there, did not leave, and has not answered all passes").FirstOrDefault();
            default:
                return null;
        }
    }
}
