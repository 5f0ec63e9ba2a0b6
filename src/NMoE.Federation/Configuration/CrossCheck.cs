using System.Collections.Immutable;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Experts;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Partitions;

namespace NMoE.Federation.Configuration;

/// <summary>What no key shows alone.</summary>
internal static class CrossCheck
{
    /// <returns>What is no mistake, and yet worth knowing before a run, a sentence each.</returns>
    /// <exception cref="ConfigurationException">Two keys contradict each other.</exception>
    public static ImmutableArray<string> Run(ExperimentSettings settings, Values values)
    {
        var (clients, objective) = (settings.Experiment.Clients, Objectives.Of(settings.Extractor.Method));
        if (settings.Inference.K > clients)
        {
            throw new ConfigurationException(
                values.Origin(KeyPath.Of(all => all.Inference.K)), KeyPath.Of(all => all.Inference.K),
                $"{settings.Inference.K} experts a sample are more than the {clients} there are",
                $"Write a whole number in 1..{clients}, or raise {KeyPath.Of(all => all.Experiment.Clients)}");
        }

        if (settings.Data is { CountRule: CountRule.DominantFixed, DominantRule: DominantRule.OneMinusTau })
        {
            throw new ConfigurationException(
                values.Origin(KeyPath.Of(all => all.Data.CountRule)), KeyPath.Of(all => all.Data.CountRule),
                "dominant-fixed itself gives the dominant class the share 1/(1+tau), against one-minus-tau",
                $"Write total-fixed, or another {KeyPath.Of(all => all.Data.DominantRule)}");
        }

        if (settings.Data is { Sizes: not SizeRule.Equal } drawn && drawn.FewestPerClient > drawn.TrainPerClient)
        {
            throw new ConfigurationException(
                values.Origin(KeyPath.Of(all => all.Data.FewestPerClient)), KeyPath.Of(all => all.Data.FewestPerClient),
                $"{drawn.FewestPerClient} pictures for each client are more than their mean, {KeyPath.Of(all => all.Data.TrainPerClient)} = {drawn.TrainPerClient}",
                $"Write a whole number in 0..{drawn.TrainPerClient}");
        }

        TopologyCheck.Run(settings, values);
        ModelCheck.Run(settings, values);
        CheckGate(settings, values);
        CheckConflict(objective.Conflict(settings), KeyPath.Of(all => all.Extractor.Method), values);
        CheckConflict(ServerOptimisers.Of(settings.Extractor.Algorithm).Conflict(settings.Extractor), KeyPath.Of(all => all.Extractor.Algorithm), values);
        CheckConflict(UpdateTravel.Conflict(settings, objective, ServerOptimisers.Of(settings.Extractor.Algorithm)), KeyPath.Of(all => all.Extractor.Method), values);
        CheckConflict(SiteConflicts.Of(settings, objective, ServerOptimisers.Of(settings.Extractor.Algorithm)), KeyPath.Of(all => all.Topology.Sites), values);
        CheckCohort(settings, values);
        if (settings.Evaluation.Baselines.Contains(Baseline.FedAvgClassifier)
            && !(objective is not IRingStage && objective.Parts.Contains(ModelPart.Expert) && settings is { Extractor.Head: HeadSharing.Shared, Model.Norm: not NormRule.BatchLocal }))
        {
            throw new ConfigurationException(
                values.Origin(KeyPath.Of(all => all.Evaluation.Baselines)), KeyPath.Of(all => all.Evaluation.Baselines), "there is no global model that predicts by itself",
                $"Leave out fedavg-classifier, or write {KeyPath.Of(all => all.Extractor.Method)} = fedce with a shared head and norms that are not local");
        }

        CheckExpert(settings, values);
        HomeCheck.Run(settings, values);
        ChannelCheck.Run(settings, values);
        AnalogCheck.Run(settings, values);
        DeviceCheck.Run(settings, values);
        FaultCheck.Run(settings, values);
        foreach (var (round, absent) in settings.Extractor.Absent)
            CheckAbsent(settings, values, round, absent.Max, absent.Count);
        return [.. settings.Channel.Traces.Warnings, .. objective.Warnings(settings), .. DeviceCheck.Energy(settings), .. DeadlineCheck.Run(Plans.Of(settings, settings.Data.Told("", 0)), values)];
    }

    private static void CheckExpert(ExperimentSettings settings, Values values)
    {
        if (settings.Expert.Start == ExpertStart.Reuse && !Objectives.Of(settings.Extractor.Method).Parts.Contains(ModelPart.Expert))
        {
            throw new ConfigurationException(
                values.Origin(KeyPath.Of(all => all.Expert.Start)), KeyPath.Of(all => all.Expert.Start), $"{settings.Extractor.Method} trains no predictor that could be reused",
                $"Write fine-tune, or another {KeyPath.Of(all => all.Extractor.Method)}");
        }

        if (settings is { Expert.Start: ExpertStart.Reuse, Gate.Data: GateData.Holdout })
        {
            throw new ConfigurationException(
                values.Origin(KeyPath.Of(all => all.Gate.Data)), KeyPath.Of(all => all.Gate.Data), "a predictor that is reused was trained on all pictures and held none out",
                $"Write train, or {KeyPath.Of(all => all.Expert.Start)} = fine-tune");
        }
    }

    private static void CheckGate(ExperimentSettings settings, Values values)
    {
        var (clients, gate, shares) = (settings.Experiment.Clients, settings.Gate, settings.Inference.RandomShares);
        if (gate.K > clients || (gate.Mode == GateMode.TopK && gate.K < 2))
        {
            var least = gate.Mode == GateMode.TopK ? 2 : 1;
            throw new ConfigurationException(
                values.Origin(KeyPath.Of(all => all.Gate.K)), KeyPath.Of(all => all.Gate.K),
                gate.K > clients ? $"{gate.K} experts a sample are more than the {clients} there are" : "one expert's weight is always 1 in the mode top-k, so that nothing is learned",
                $"Write a whole number in {least}..{clients}, or another {KeyPath.Of(all => all.Gate.Mode)}");
        }

        if (gate is { Method: GateMethod.Discriminant, Model: not LinearGate.ModelName })
        {
            throw new ConfigurationException(
                values.Origin(KeyPath.Of(all => all.Gate.Model)), KeyPath.Of(all => all.Gate.Model), $"{gate.Model} is trained by gradients, and {KeyPath.Of(all => all.Gate.Method)} = discriminant solves a linear gate",
                $"Write linear, with {KeyPath.Of(all => all.Gate.Features)} for a hidden layer, or {KeyPath.Of(all => all.Gate.Method)} = rounds");
        }

        CheckGateData(settings, values);
        var possible = shares.Count(share => share > 0);
        if (!shares.IsEmpty && (shares.Length != clients || possible < settings.Inference.K))
        {
            throw new ConfigurationException(
                values.Origin(KeyPath.Of(all => all.Inference.RandomShares)), KeyPath.Of(all => all.Inference.RandomShares),
                shares.Length != clients ? $"{shares.Length} shares are given for {clients} clients" : $"only {possible} of them can be drawn, and each sample asks {settings.Inference.K}",
                "Write one share a client, of which as many as are asked are above 0");
        }
    }

    private static void CheckConflict(SettingConflict? conflict, string with, Values values)
    {
        if (conflict is not null)
        {
            throw new ConfigurationException(values.Origin(conflict.Key), conflict.Key, conflict.Problem, $"Write {conflict.Remedy}, or {conflict.Otherwise ?? $"another {with}"}");
        }
    }

    private static void CheckCohort(ExperimentSettings settings, Values values)
    {
        var (stage, clients) = (settings.Extractor, settings.Experiment.Clients);
        var plain = Objectives.Of(stage.Method).Exchange is null && ServerOptimisers.Of(stage.Algorithm).IsPlainAverage;
        var averages = string.Join(" or ", ServerOptimisers.All.Where(optimiser => optimiser.IsPlainAverage).Select(optimiser => optimiser.Name));
        if (stage.Cohort.Late == LateUpdates.Accept && !plain)
        {
            throw new ConfigurationException(
                values.Origin(KeyPath.Of(all => all.Extractor.Cohort.Late)), KeyPath.Of(all => all.Extractor.Cohort.Late),
                "an update of an earlier round can join a plain average only: control variates, momentum and matrices belong to their round",
                $"Write drop, or {KeyPath.Of(all => all.Extractor.Method)} = fedce with {KeyPath.Of(all => all.Extractor.Algorithm)} = {averages}");
        }

        if (stage.Cohort.Aggregation == Aggregation.Buffered && !plain)
        {
            throw new ConfigurationException(
                values.Origin(KeyPath.Of(all => all.Extractor.Cohort.Aggregation)), KeyPath.Of(all => all.Extractor.Cohort.Aggregation), "only plain updates can be buffered",
                $"Write synchronous, or {KeyPath.Of(all => all.Extractor.Method)} = fedce with {KeyPath.Of(all => all.Extractor.Algorithm)} = {averages}");
        }

        if (stage.Cohort is { Aggregation: Aggregation.Buffered } cohort && (cohort.Participation < 1 || cohort.OverCommit > 0 || stage.Absent.Count > 0))
        {
            throw new ConfigurationException(
                values.Origin(KeyPath.Of(all => all.Extractor.Cohort.Aggregation)), KeyPath.Of(all => all.Extractor.Cohort.Aggregation), "buffered has no rounds to leave clients out of, or to invite more to",
                $"Write synchronous, or {KeyPath.Of(all => all.Extractor.Cohort.Participation)} = 1, {KeyPath.Of(all => all.Extractor.Cohort.OverCommit)} = 0 and no {KeyPath.Of(all => all.Extractor.Absent)}");
        }

        if (stage.Cohort.Aggregation == Aggregation.Buffered && stage.Cohort.Buffer > clients)
        {
            throw new ConfigurationException(
                values.Origin(KeyPath.Of(all => all.Extractor.Cohort.Buffer)), KeyPath.Of(all => all.Extractor.Cohort.Buffer),
                $"{stage.Cohort.Buffer} arrivals never come from {clients} clients, who each wait for the next step", $"Write a whole number in 1..{clients}");
        }
    }

    private static void CheckGateData(ExperimentSettings settings, Values values)
    {
        var rows = Deal.Sizes(settings).Max();
        if (settings.Gate.Data == GateData.Holdout && HeldOut.Count(settings.Expert.Holdout, rows) == 0)
        {
            throw new ConfigurationException(
                values.Origin(KeyPath.Of(all => all.Gate.Data)), KeyPath.Of(all => all.Gate.Data),
                FormattableString.Invariant($"an expert that holds out {settings.Expert.Holdout} of {rows} pictures leaves none for the gate"),
                $"Write train, or raise {KeyPath.Of(all => all.Expert.Holdout)}");
        }
    }

    private static void CheckAbsent(ExperimentSettings settings, Values values, int round, int highest, int count)
    {
        var (clients, rounds) = (settings.Experiment.Clients, settings.Extractor.Rounds);
        var key = $"{KeyPath.Of(all => all.Extractor.Absent)}.{round}";
        if (round > rounds)
            throw new ConfigurationException(values.Origin(key), key, $"there are only {rounds} rounds", $"Name a round in 1..{rounds}");
        if (highest >= clients)
            throw new ConfigurationException(values.Origin(key), key, $"there is no client {highest}", $"Name clients in 0..{clients - 1}");
        if (count == clients)
            throw new ConfigurationException(values.Origin(key), key, "nobody is left in this round", "Leave at least one client in it");
    }
}
