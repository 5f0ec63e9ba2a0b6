using NMoE.Federation.Settings;

namespace NMoE.Federation.Configuration;

/// <summary>What no key shows alone.</summary>
internal static class CrossCheck
{
    /// <exception cref="ConfigurationException">Two keys contradict each other.</exception>
    public static void Run(ExperimentSettings settings, Values values)
    {
        var clients = settings.Experiment.Clients;
        if (settings.Inference.K > clients)
        {
            throw new ConfigurationException(
                values.Origin(Keys.InferenceK.Path), Keys.InferenceK.Path,
                $"{settings.Inference.K} experts a sample are more than the {clients} there are",
                $"Write a whole number in 1..{clients}, or raise {Keys.ExperimentClients.Path}");
        }

        foreach (var (round, absent) in settings.Extractor.Absent)
            CheckAbsent(settings, values, round, absent.Max, absent.Count);
    }

    private static void CheckAbsent(ExperimentSettings settings, Values values, int round, int highest, int count)
    {
        var (clients, rounds) = (settings.Experiment.Clients, settings.Extractor.Rounds);
        var key = $"{Keys.ExtractorAbsent.Path}.{round}";
        if (round > rounds)
            throw new ConfigurationException(values.Origin(key), key, $"there are only {rounds} rounds", $"Name a round in 1..{rounds}");
        if (highest >= clients)
            throw new ConfigurationException(values.Origin(key), key, $"there is no client {highest}", $"Name clients in 0..{clients - 1}");
        if (count == clients)
            throw new ConfigurationException(values.Origin(key), key, "nobody is left in this round", "Leave at least one client in it");
    }
}
