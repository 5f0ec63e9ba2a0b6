using System.Collections.Immutable;
using System.Globalization;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Measurement;
using NMoE.Federation.Protocol;
using NMoE.Federation.Records;
using NMoE.Federation.References;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Metrics;
using NMoE.Learning.Privacy;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Experiments;

/// <summary>Turns what was observed into records: scores the answers, and compares the gates.</summary>
/// <param name="plan">The experiment.</param>
/// <param name="executor">Runs evaluation jobs.</param>
/// <param name="baselineRound">Told of each round of the baselines' training.</param>
/// <param name="cancellation">Ends a wait.</param>
public sealed class Reports(Plan plan, IExecutor executor, Action<int> baselineRound, CancellationToken cancellation)
{
    // A line a link, of which there are several kinds: so many fill a file of a hundred megabytes.
    private const int MostClients = 65_536;

    /// <summary>What is counted.</summary>
    internal Counted Counts { get; init; }

    /// <summary>Whether the ledger is told of all clients together: of many, where times alone count.</summary>
    private bool IsSummed => Counts == Counted.TimesAlone && plan.Deal.Clients > MostClients;

    /// <summary>The records of a finished run.</summary>
    public RunReport Of(RunObserver observed, Ledger ledger)
    {
        ArgumentNullException.ThrowIfNull(observed);
        ArgumentNullException.ThrowIfNull(ledger);
        var scores = observed.TestShards.IsEmpty ? [] : Scores(observed);
        ImmutableArray<MeasuredReference> references =
        [
            .. scores.IsEmpty || observed.Experts.Count == 0 ? [] : References(observed),
            .. new Baselines(plan, executor, baselineRound, cancellation).Of(observed),
        ];
        var probed = Probed(observed);
        var favourites = new Favourites(plan.Model, plan.Peers, plan.Pipeline.Gate, plan.Settings.Inference.K, executor, cancellation).Of(observed);
        var entries = IsSummed ? ledger.Sums : ledger.Entries;
        var report = new RunReport(
            plan.Settings.Experiment.Name,
            [.. observed.Rounds.Select(item => WithFavourite(favourites, RunObserver.RecordOf(
                item, (item.Score ?? probed.GetValueOrDefault(item.Round))?.Wait(cancellation).Metrics["accuracy"])))],
            [.. PassRecords(observed, entries, scores, references)],
            [.. Comparisons(scores, references)],
            [.. entries.Select(item => new LedgerRecord(
                item.Key.Stage, NameOf(item.Key.From), NameOf(item.Key.To), item.Key.Kind,
                item.Entry.Messages, item.Entry.Sent, item.Entry.Delivered, item.Entry.Lost)
            {
                Duplicated = item.Entry.Duplicated,
                Retransmitted = item.Entry.Retransmitted,
                Wasted = item.Entry.Wasted,
                MessagesDuplicated = item.Entry.MessagesDuplicated,
                MessagesDelivered = item.Entry.MessagesDelivered,
                MessagesLost = item.Entry.MessagesLost,
                ChannelUses = item.Entry.ChannelUses,
            })])
        {
            Crashes = [.. observed.Losses.Select(item => new CrashRecord(item.At.Seconds, item.Lost.Device.ToString(), item.Lost.Reason, item.Lost.Returns))],
            Updates = Updates(observed, entries),
            Moves = plan.Pipeline.Places > 1 ? observed.Moves.Record(ledger) : null,
            Left = [.. observed.Left],
            Unchoosable = [.. Unchoosable(observed)],
            Privacy = [.. Privacy(observed)],
            Experts = observed.Stage2,
            Kinds = KindRecord.Of(plan),
            Clients = plan.Deal.Clients > ClientAccuracyRecord.MostClients ? [] : [.. Clients(scores, references)],
            Latencies = [.. plan.Pipeline.Serving.Passes.Select((pass, number) => Latency.Of(pass.Gate, pass.TestName, observed.Latencies(number))).OfType<LatencyRecord>()],
        };
        return report with { Targets = Spending.Of(report, plan.Settings.Evaluation.Targets, pass => plan.Settings.Inference.Gates.Contains(pass.Gate)) };
    }

    private string NameOf(DeviceId device) => IsSummed && device.IsClient ? "clients" : device.ToString();

    private static RoundRecord WithFavourite(ImmutableSortedDictionary<int, (int Expert, double Share)> favourites, RoundRecord round) =>
        round.Stage == Stages.Gate && favourites.TryGetValue(round.Round, out var favourite) ? round with { Favourite = favourite.Expert, LargestShare = favourite.Share } : round;

    private IEnumerable<UnchoosableRecord> Unchoosable(RunObserver observed) => observed.Named is not { } named ? [] : plan.Deal.ClientNumbers
        .Select(client => (Client: client, Why:
            !plan.Deal.Learns(client) ? "it has no training pictures, and no expert"
            : !named.Experts.Contains(client) ? observed.Experts.ContainsKey(client) ? "its expert was not known when stage 2 ended" : "it had no expert when stage 2 ended"
            : named.Silent.Contains(client) ? "it was silent when training ended"
            : named.Unlearned.Contains(client) ? "FedGate did not learn to choose it: nobody had its opinions of training latents"
            : null))
        .Where(item => item.Why is not null).Select(item => new UnchoosableRecord(item.Client, item.Why!));

    private static UpdatesRecord Updates(RunObserver observed, ImmutableArray<(LedgerKey Key, LedgerEntry Entry)> entries)
    {
        var updates = entries.Where(item => item.Key.Kind == RoundUpdate.Form.Kind).Select(item => item.Entry).ToArray();
        return new UpdatesRecord(
            updates.Sum(entry => entry.Messages), updates.Sum(entry => entry.MessagesDuplicated), updates.Sum(entry => entry.MessagesDelivered),
            updates.Sum(entry => entry.MessagesLost), updates.Sum(entry => entry.Lost),
            observed.Rounds.Where(item => item.Round.Generation is null).Sum(item => item.Round.Participants));
    }

    /// <summary>FedSC's model predicts nothing: linear probes stand for its score.</summary>
    private Dictionary<RoundEnded, IJobHandle> Probed(RunObserver observed)
    {
        if (observed.TestShards.IsEmpty)
            return [];

        var probes = new Probes(plan, executor, observed.TestShards.First().Value);
        return observed.Rounds.Select(item => item.Round)
            .Where(round => round.Stage == Stages.Extractor && probes.Wants(round.Round)
                && (!plan.Model.HasOwnNorms || observed.Extractors.Count == plan.Deal.Learners.Length))
            .ToDictionary(round => round, round => probes.Of(
                plan.Model.HasOwnNorms ? observed.Extractors : plan.Deal.ClientNumbers.ToDictionary(client => client, _ => round.Model[0]), cancellation));
    }

    /// <summary>Six digits, rounded up because epsilon is a bound: it enters the state's hash, and the last bits of a platform's logarithm must not.</summary>
    private static double UpToSixDigits(double epsilon)
    {
        var text = epsilon.ToString("E5", CultureInfo.InvariantCulture);
        var nearest = double.Parse(text, CultureInfo.InvariantCulture);
        if (!(nearest < epsilon))
        {
            return nearest;
        }

        var exponent = int.Parse(text.AsSpan(text.IndexOf('E', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);
        var unit = double.Parse(FormattableString.Invariant($"1E{exponent - 5}"), CultureInfo.InvariantCulture);
        return double.Parse((nearest + unit).ToString("E5", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    private IEnumerable<PrivacyRecord> Privacy(RunObserver observed)
    {
        var accountant = new Accountant();
        foreach (var release in observed.Releases)
        {
            accountant.Released(release.Client, release.Release, plan.NoiseOf(release.Client)?.Scale ?? 0);
        }

        return accountant.Clients.Select(client => plan.NoiseOf(client) is { } noise
            ? new PrivacyRecord(client, accountant.Releases(client), UpToSixDigits(accountant.Epsilon(client, noise.Delta)), noise.Delta, noise.Sigma)
            : new PrivacyRecord(client, accountant.Releases(client), null, null, null));
    }

    private ImmutableArray<ScoredPass> Scores(RunObserver observed)
    {
        // Clients that crashed for good, or lack a model, answer nothing; a pass that nobody answered has no score.
        var handles = plan.Pipeline.Serving.Passes
            .Select((pass, number) => (Pass: pass, Number: number, Answers: AnswersOf(observed, number)))
            .Where(item => item.Answers.Length > 0)
            .Select(item => (item.Pass, item.Number, item.Answers, Score: executor.Submit(Score(observed, item.Pass, item.Answers))));
        return [.. handles.ToArray().Select(item => new ScoredPass(
            item.Pass, item.Number, item.Score.Wait(cancellation), [.. item.Answers.Select(answer => answer.Client)]))];
    }

    private static PassAnswered[] AnswersOf(RunObserver observed, int number) => [.. observed.Answers.Values.Where(answer => answer.Pass == number)];

    private Job Score(RunObserver observed, InferencePass pass, PassAnswered[] answers) => LearningJob.Create(
        new ScoreParameters(answers.Length) { F1 = plan.Settings.Evaluation.MacroF1, Pictures = plan.Model.Spec.OtherShape }, 0,
        [.. answers.SelectMany(answer => new[] { answer.Probabilities, observed.TestShards[pass.Test][answer.Client] })]);

    /// <summary>What every expert would be needed for, whether or not the network reaches it.</summary>
    private ImmutableArray<MeasuredReference> References(RunObserver observed)
    {
        // An expert of another client reads other latents: nobody's is best for all.
        if (plan.Pipeline.Objective.Private is not null)
            return [];
        var references = ImmutableArray.CreateBuilder<MeasuredReference>();
        var tests = plan.Settings.Inference.TestPartitions.Distinct();
        if (plan.Settings.Evaluation.References.Contains(Reference.GlobalGate))
        {
            var global = new GlobalGate(plan, executor, cancellation);
            var gate = global.Train(observed);
            references.AddRange(tests.Select(test => global.Score(observed, test, gate)));
        }

        references.AddRange(plan.Peers.IsFull
            ? new GatelessReferences(plan.Deal, plan.Model, executor, observed, cancellation).Of(tests)
            : new PeerReferences(plan, executor, observed, cancellation).Of(tests));
        return references.ToImmutable();
    }

    private IEnumerable<PassRecord> PassRecords(
        RunObserver observed, ImmutableArray<(LedgerKey Key, LedgerEntry Entry)> entries, ImmutableArray<ScoredPass> scores,
        ImmutableArray<MeasuredReference> references)
    {
        foreach (var test in plan.Settings.Inference.TestPartitions.Distinct())
        {
            foreach (var (pass, number, score, _) in scores.Where(item => item.Pass.Test == test))
            {
                yield return PassRecord(observed, entries, pass, number, score);
            }

            foreach (var reference in references.Where(item => item.Record.Test == InferencePass.NameOf(test)))
            {
                yield return reference.Record;
            }
        }
    }

    private PassRecord PassRecord(
        RunObserver observed, ImmutableArray<(LedgerKey Key, LedgerEntry Entry)> entries, InferencePass pass, int number, JobResult score)
    {
        var answers = AnswersOf(observed, number);
        var pairs = (double)answers.Sum(answer => answer.Answered.Length);
        var degraded = answers.Sum(answer => answer.Chosen.Zip(answer.Answered, (chosen, actual) => chosen == actual ? 0 : 1).Sum());
        var bytes = entries.Where(item => item.Key.Stage == pass.Stage).Sum(item => item.Entry.Traffic);
        var record = new PassRecord(
            pass.Gate, pass.TestName,
            score.Metrics["accuracy"], score.Metrics["macroF1"], score.Metrics["auc"],
            score.Metrics["clientAccuracy"], score.Metrics["clientMacroF1"], score.Metrics["clientAuc"],
            answers.Sum(answer => answer.Chosen.Count(expert => expert == answer.Client)) / pairs,
            bytes / answers.Sum(answer => (double)plan.Deal.TestRows(answer.Client, pass.Test)),
            degraded / pairs,
            Latency.MeanSeconds(observed.Latencies(number)),
            plan.Peers.IsFull ? [.. plan.Deal.ClientNumbers.Select(client => Shares(answers.FirstOrDefault(answer => answer.Client == client)))] : [])
        {
            PeerRouting = plan.Peers.IsFull ? null : PeerShares(answers),
            AccuracyLow = score.Metrics["accuracyLow"],
            AccuracyHigh = score.Metrics["accuracyHigh"],
            AucSkipped = (int)score.Metrics["aucSkipped"],
            ClientAucSkipped = (int)score.Metrics["clientAucSkipped"],
            Note = answers.Length < plan.Deal.Clients ? FormattableString.Invariant($"answered by {answers.Length} of {plan.Deal.Clients} clients") : null,
        };
        var labels = TrueClasses.Of(executor, plan.Model.Spec, answers.Select(answer => observed.TestShards[pass.Test][answer.Client]), cancellation);
        return RoutingByClass.Of(labels.Zip(answers.Select(answer => answer.Chosen)), plan.Model.Spec.Classes, plan.Deal.Clients).On(record);
    }

    private ImmutableArray<double> Shares(PassAnswered? answer) =>
        [.. plan.Deal.ClientNumbers.Select(expert => answer is null
            ? 0
            : answer.Answered.Count(actual => actual == expert) / (double)answer.Answered.Length)];

    /// <summary>By client; of one that answered nothing, nothing.</summary>
    private ImmutableArray<ImmutableArray<PeerShare>> PeerShares(PassAnswered[] answers)
    {
        var byClient = answers.ToDictionary(answer => answer.Client);
        return [.. plan.Deal.ClientNumbers.Select(client => byClient.TryGetValue(client, out var answer) ? Shares(client, answer.Answered) : [])];
    }

    private ImmutableArray<PeerShare> Shares(int client, ImmutableArray<int> answered)
    {
        var counts = answered.CountBy(expert => expert).ToDictionary();
        return [.. plan.Peers.Experts(client).Select(expert => new PeerShare(expert, counts.GetValueOrDefault(expert) / (double)answered.Length))];
    }

    private IEnumerable<ClientAccuracyRecord> Clients(ImmutableArray<ScoredPass> scores, ImmutableArray<MeasuredReference> references) =>
        from test in plan.Settings.Inference.TestPartitions.Distinct()
        from measured in scores.Where(item => item.Pass.Test == test).Select(item => (item.Pass.Gate, Right: item.Score.Integers, item.Clients))
            .Concat(references.Where(item => !item.Right.IsEmpty && item.Record.Test == InferencePass.NameOf(test)).Select(item => (item.Record.Gate, item.Right, item.Clients)))
        from own in ByClient(measured.Right, measured.Clients, test)
        where !own.Right.IsEmpty
        select new ClientAccuracyRecord(measured.Gate, InferencePass.NameOf(test), own.Client, own.Right.Length, own.Right.Sum() / (double)own.Right.Length);

    /// <summary>FedGate against each other gate, and against the references that answer; the pictures must be the same.</summary>
    private IEnumerable<ComparisonRecord> Comparisons(
        ImmutableArray<ScoredPass> scores, ImmutableArray<MeasuredReference> references)
    {
        // Paired by picture: of clients that answered in one pass alone nothing can be paired.
        var others = scores.Where(item => item.Pass.Gate != FedGate.GateName)
            .Select(item => (Test: item.Pass.TestName, item.Pass.Gate, Right: item.Score.Integers, item.Clients))
            .Concat(references.Where(item => !item.Right.IsEmpty).Select(item => (item.Record.Test, item.Record.Gate, item.Right, item.Clients)));
        return from first in scores
               where first.Pass.Gate == FedGate.GateName
               from second in others
               where second.Test == first.Pass.TestName
               let common = ByClient(first.Score.Integers, first.Clients, first.Pass.Test)
                   .Join(ByClient(second.Right, second.Clients, first.Pass.Test), one => one.Client, other => other.Client, (one, other) => (one.Client, First: one.Right, Second: other.Right))
                   .OrderBy(pair => pair.Client).Select(pair => (pair.First, pair.Second)).ToImmutableArray()
               where !common.IsEmpty
               select Compared(first.Pass.TestName, first.Pass.Gate, second.Gate, common);
    }

    private static ComparisonRecord Compared(string test, string first, string second, ImmutableArray<(ImmutableArray<int> First, ImmutableArray<int> Second)> clients)
    {
        var pictures = PairedInterval.Of([.. clients.SelectMany(client => client.First)], [.. clients.SelectMany(client => client.Second)]);
        return new(test, first, second, pictures.Mean, pictures.HalfWidth)
        {
            ClientsHalfWidth = clients.Length > 1 ? ClientsInterval.Of([.. clients.Select(client => (client.First.Sum() - client.Second.Sum(), client.First.Length))]).HalfWidth : null,
        };
    }

    /// <summary>What each client got right of its pictures, which come after those of the clients before it.</summary>
    private IEnumerable<(int Client, ImmutableArray<int> Right)> ByClient(ImmutableArray<int> right, ImmutableArray<int> clients, TestPartition test)
    {
        var before = 0;
        foreach (var client in clients)
        {
            var rows = plan.Deal.TestRows(client, test);
            yield return (client, right.Slice(before, rows));
            before += rows;
        }
    }

    private sealed record ScoredPass(InferencePass Pass, int Number, JobResult Score, ImmutableArray<int> Clients);
}
