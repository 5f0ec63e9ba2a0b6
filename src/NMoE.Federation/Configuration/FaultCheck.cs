using NMoE.Federation.Protocol;
using NMoE.Federation.Settings;
using NMoE.Learning.Gates;
using NMoE.Simulation.Faults;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Configuration;

/// <summary>What no fault shows alone.</summary>
internal static class FaultCheck
{
    /// <exception cref="ConfigurationException">A fault names a client that is not there, or cuts nothing, or what is cut already.</exception>
    public static void Run(ExperimentSettings settings, Values values)
    {
        var (faults, clients) = (settings.Faults, settings.Experiment.Clients);
        foreach (var (number, rule) in faults.Rules.Index())
        {
            CheckDevices(KeyPath.Of(all => all.Faults.Rules), number, settings, values, rule.From, rule.To);
        }

        foreach (var (number, fault) in faults.Schedule.Index())
        {
            CheckDevices(KeyPath.Of(all => all.Faults.Schedule), number, settings, values, fault.Who, fault.From);
            CheckStage(settings, number, values);
            CheckCut(settings, number, values);
        }
    }

    private static void CheckDevices(string key, int number, ExperimentSettings settings, Values values, params ReadOnlySpan<DeviceGroup?> named)
    {
        var clients = settings.Experiment.Clients;
        foreach (var devices in named)
        {
            if (devices is not null && devices.Numbers.FirstOrDefault(device => device.IsAggregator && device.Place >= settings.Aggregator.Places) is { Number: < 0 } place)
            {
                throw new ConfigurationException(
                    values.Origin(key), key, $"number {number + 1}: there is no {place}", $"Name a place that {KeyPath.Of(all => all.Aggregator.Standby)} has, the first of which is aggregator-2");
            }

            if (devices is not null && devices.Numbers.FirstOrDefault(device => device.IsEdge && device.Site >= (settings.Topology.Sites ?? 0)) is { Number: < 0 } edge)
            {
                throw new ConfigurationException(
                    values.Origin(key), key, $"number {number + 1}: there is no {edge}",
                    settings.Topology.Sites is { } sites ? $"Name edge servers in edge-0..edge-{sites - 1}" : $"Write how many sites there are ({KeyPath.Of(all => all.Topology.Sites)})");
            }

            if (devices is not null && devices.Numbers.FirstOrDefault(device => device.Number >= clients) is { Number: > 0 } unknown)
            {
                throw new ConfigurationException(
                    values.Origin(key), key, $"number {number + 1}: there is no {unknown}", $"Name clients in client-0..client-{clients - 1}");
            }
        }
    }

    /// <summary>A stage that no gate needs never starts, and the fault would never happen.</summary>
    private static void CheckStage(ExperimentSettings settings, int number, Values values)
    {
        var stage = settings.Faults.Schedule[number].Stage;
        if (stage is not null && Stages.Gates.Contains(stage) && !settings.Inference.Gates.Any(name => Gates.Of(name).Source == stage))
        {
            throw new ConfigurationException(
                values.Origin(KeyPath.Of(all => all.Faults.Schedule)), KeyPath.Of(all => all.Faults.Schedule), $"number {number + 1}: this experiment has no stage {stage}",
                $"Name another stage, or a gate in {KeyPath.Of(all => all.Inference.Gates)} that it trains");
        }
    }

    private static void CheckCut(ExperimentSettings settings, int number, Values values)
    {
        Between? Cut(ScheduledFault fault) => Cuts.Of(fault, settings.Experiment.Clients, settings.Aggregator, settings.Topology.Sites ?? 0);
        var (faults, fault) = (settings.Faults, settings.Faults.Schedule[number]);
        if (Cut(fault) is not { } cut)
        {
            return;
        }

        if (cut.IsEmpty)
        {
            throw new ConfigurationException(
                values.Origin(KeyPath.Of(all => all.Faults.Schedule)), KeyPath.Of(all => all.Faults.Schedule),
                $"number {number + 1}: there is no path between {fault.Who} and {fault.From}", "Name devices in different places");
        }

        // Which of two equal cuts a repair would end nobody could say.
        foreach (var earlier in faults.Schedule.Take(number).Where(other => other.Verb == fault.Verb))
        {
            if (earlier.Stage == fault.Stage && earlier.At < fault.At + fault.For && fault.At < earlier.At + earlier.For && cut.Equals(Cut(earlier)))
            {
                var text = new ScheduleFormat().Sentence(earlier);
                throw new ConfigurationException(
                    values.Origin(KeyPath.Of(all => all.Faults.Schedule)), KeyPath.Of(all => all.Faults.Schedule),
                    $"number {number + 1} overlaps \"{text}\" between the same devices", "Let the second begin when the first has ended");
            }
        }
    }
}
