using NMoE.Federation.Settings;
using NMoE.Simulation.Faults;

namespace NMoE.Federation.Configuration;

/// <summary>What no fault shows alone.</summary>
internal static class FaultCheck
{
    /// <exception cref="ConfigurationException">A fault names a client that is not there, or cuts what is cut already.</exception>
    public static void Run(ExperimentSettings settings, Values values)
    {
        var (faults, clients) = (settings.Faults, settings.Experiment.Clients);
        foreach (var (number, rule) in faults.Rules.Index())
        {
            CheckDevices(Keys.FaultsRules.Path, number, settings, values, rule.From, rule.To);
        }

        foreach (var (number, fault) in faults.Schedule.Index())
        {
            CheckDevices(Keys.FaultsSchedule.Path, number, settings, values, fault.Who, fault.From);
            CheckOverlap(faults, number, clients, values);
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
                    values.Origin(key), key, $"number {number + 1}: there is no {place}", $"Name a place that {Keys.AggregatorStandby.Path} has, the first of which is aggregator-2");
            }

            if (devices is not null && devices.Numbers.FirstOrDefault(device => device.Number >= clients) is { Number: > 0 } unknown)
            {
                throw new ConfigurationException(
                    values.Origin(key), key, $"number {number + 1}: there is no {unknown}", $"Name clients in client-0..client-{clients - 1}");
            }
        }
    }

    /// <summary>Which of two equal cuts a repair would end nobody could say.</summary>
    private static void CheckOverlap(FaultsSection faults, int number, int clients, Values values)
    {
        var fault = faults.Schedule[number];
        if (fault.Verb is not (DeviceVerb.Partition or DeviceVerb.Hold))
        {
            return;
        }

        foreach (var earlier in faults.Schedule.Take(number).Where(other => other.Verb == fault.Verb))
        {
            var overlaps = earlier.At < fault.At + fault.For && fault.At < earlier.At + earlier.For;
            if (overlaps && earlier.Who.Of(clients).SetEquals(fault.Who.Of(clients)) && earlier.From!.Of(clients).SetEquals(fault.From!.Of(clients)))
            {
                var text = new ScheduleFormat().Sentence(earlier);
                throw new ConfigurationException(
                    values.Origin(Keys.FaultsSchedule.Path), Keys.FaultsSchedule.Path,
                    $"number {number + 1} overlaps \"{text}\" between the same devices", "Let the second begin when the first has ended");
            }
        }
    }
}
