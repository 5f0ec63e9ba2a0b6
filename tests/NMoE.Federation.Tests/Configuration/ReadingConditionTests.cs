using System.Text.Json;
using System.Text.Json.Serialization;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Configuration;
using NMoE.Federation.Devices;
using NMoE.Federation.Experiments;
using NMoE.Learning.Data;
using NMoE.Learning.Registry;

namespace NMoE.Federation.Tests.Configuration;

public sealed class ReadingConditionTests
{
    private static readonly IReadOnlyCollection<IJobFunction> Functions = LearningFunctions.All(new DataCatalog(null));
    private static readonly JsonSerializerOptions Named = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public static TheoryData<string, string> Read() => Rows(row => row.Read);

    public static TheoryData<string, string> Unread() => Rows(row => row.Unread);

    /// <summary>Words that mean no condition, or that name no key, would be found by nobody before some experiment is read.</summary>
    [Fact]
    public void Each_condition_beside_a_key_means_something_and_names_keys_that_decide_it() => Assert.All(
        Keys.All.SelectMany(key => key.When).Distinct(),
        words => Assert.All(ReadingConditions.Of(words).Deciding, key => Assert.Contains(key, ExperimentReader.KnownKeys)));

    [Fact]
    public void Each_key_has_a_sample() => Assert.Equal(
        ExperimentReader.KnownKeys,
        ReadingSamples.All.Select(row => KeyOf(row.Sample)).Select(key => key.StartsWith("extractor.absent", StringComparison.Ordinal) ? "extractor.absent" : key)
            .Concat(ReadingSamples.Elsewhere).Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Read))]
    public void A_key_that_is_read_changes_a_job_a_message_or_a_record(string sample, string context)
    {
        var sets = ReadingSamples.Sets(context);
        var changed = Bind([.. sets, sample]);

        Assert.False(changed.Unread.ContainsKey(KeyOf(sample)));
        Assert.NotEqual(Rehearse(Bind(sets)), Rehearse(changed));
    }

    [Theory]
    [MemberData(nameof(Unread))]
    public void A_key_that_nothing_reads_changes_nothing(string sample, string context)
    {
        var sets = ReadingSamples.Sets(context);
        var (before, changed) = (Bind(sets), Bind([.. sets, sample]));

        // A gate's own key is not among those of an experiment without the gate, before somebody states it.
        Assert.Equal(before.Unread.ContainsKey(KeyOf(sample)), Keys.Find(KeyOf(sample)) is not { Gate: not null });
        Assert.True(changed.Unread[KeyOf(sample)].IsStated);
        Assert.NotEqual(before.ConfigHash + before.Settings.Data.Path, changed.ConfigHash + changed.Settings.Data.Path);
        Assert.Equal(before.Identity, changed.Identity);
        Assert.Equal(Rehearse(before), Rehearse(changed));
    }

    [Theory]
    [InlineData("data.tau=0.4", "", "--set: data.tau: nothing reads this key where data.partition = iid (reference.conf:", "). It is read with data.partition = non-iid.")]
    [InlineData("channel.loss=0.1", "", "--set: channel.loss: nothing reads this key where channel.model = fixed (reference.conf:", "). It is read with channel.model = shared.")]
    [InlineData("channel.bandwidth=1 Mbit/s", "channel.profile=lte", "--set: channel.bandwidth: nothing reads this key where channel.model = shared (channels.conf:", "). It is read with channel.model = fixed.")]
    public void A_stated_key_that_nothing_reads_is_warned_of_in_one_line(string sample, string context, string beginning, string end)
    {
        var warning = Assert.Single(Experiments.Read("", [.. ReadingSamples.Sets(context), sample]).Warnings);

        Assert.StartsWith(beginning, warning, StringComparison.Ordinal);
        Assert.EndsWith(end, warning, StringComparison.Ordinal);
    }

    [Fact]
    public void A_warning_names_file_and_line_and_what_decides()
    {
        var read = Experiments.Read("data.partition = dirichlet\n\ndata { alpha = 2, tau = 0.4 }");

        Assert.Equal(
            "experiments/x.conf:3: data.tau: nothing reads this key where data.partition = dirichlet (experiments/x.conf:1). It is read with data.partition = non-iid.",
            Assert.Single(read.Warnings));
    }

    [Theory]
    [InlineData("")]
    [InlineData("profile = paper\nchannel.profile = churn\ndevice.profile = phone")]
    [InlineData("profile = cpu\nextractor.method = fedsc\ninference.gates = [localgate]\nevaluation.enabled = off")]
    public void What_the_reference_or_a_profile_says_is_nobodys_mistake(string text) => Assert.Empty(Experiments.Read(text).Warnings);

    [Theory]
    [InlineData("fedsc.epsilon = 8.0", "fedsc.epsilon")]
    [InlineData("extractor.method = fedsc\nfedsc.epsilon = 8.0", "fedsc.epsilon")]
    [InlineData("extractor.method = fedsc\nfedsc { privacy = noise, epsilon = 1 }", "fedsc.epsilon")]
    [InlineData("extractor.method = fedsc\nfedsc { privacy = budget, sigma = 1 }", "fedsc.sigma")]
    [InlineData("extractor.method = fedsc\nfedsc.delta = 1e-5", "fedsc.delta")]
    [InlineData("extractor.method = fedsc\nfedsc.secret = private", "fedsc.secret")]
    [InlineData("extractor.method = fedsc\nfedsc.neighbours = replace-one", "fedsc.neighbours")]
    [InlineData("fedsc.privacy = budget", "fedsc.privacy")]
    [InlineData("fedsc.privacy = noise", "fedsc.privacy")]
    [InlineData("evaluation { enabled = off, baselines = [local-classifier] }", "evaluation.baselines")]
    [InlineData("evaluation { enabled = off, references = [globalgate] }", "evaluation.references")]
    public void A_key_that_promises_what_will_not_be_is_refused(string text, string key)
    {
        var refused = Experiments.Refuse(text);

        Assert.Equal((key, text.Count(sign => sign == '\n') + 1), (refused.Key, refused.Line));
        Assert.EndsWith("and what it promises would not be", refused.Problem, StringComparison.Ordinal);
        Assert.StartsWith("It is read with ", refused.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("extractor.method = fedsc\nfedsc { privacy = budget, epsilon = 1 }", "fedsc.privacy=off")]
    [InlineData("evaluation.baselines = [local-classifier]", "evaluation.enabled=off")]
    public void A_promise_of_a_file_that_an_override_takes_back_is_warned_of(string text, string set) => Assert.Single(Experiments.Read(text, set).Warnings);

    [Theory]
    [InlineData("fedsc.privacy = off")]
    [InlineData("fedsc.secret = seed")]
    [InlineData("evaluation { enabled = off, baselines = [] }")]
    public void A_key_that_says_that_nothing_is_promised_is_warned_of(string text) => Assert.Single(Experiments.Read(text).Warnings);

    private static TheoryData<string, string> Rows(Func<(string Sample, string Read, string Unread), string> context)
    {
        var rows = new TheoryData<string, string>();
        foreach (var (sample, where) in ReadingSamples.All.Select(row => (row.Sample, context(row))).Where(row => row.Item2 != "-").Distinct())
            rows.Add(sample, where);
        return rows;
    }

    private static string KeyOf(string sample) => sample.Split('=')[0];

    /// <summary>Without the refusal of broken promises.</summary>
    private static EffectiveConfiguration Bind(string[] sets) =>
        ExperimentReader.Bind(HoconScanner.Scan(Experiments.File, ReadingSamples.Base, _ => null), sets, _ => null);

    /// <summary>All that a rehearsal shows: its jobs, its events, its models and its records, or why it failed.</summary>
    private static string Rehearse(EffectiveConfiguration configuration)
    {
        var jobs = new SortedSet<string>(StringComparer.Ordinal);
        var executor = new RehearsalExecutor(Functions, job =>
        {
            jobs.Add(JobKey.Of("rehearsed", job));
            return null;
        });
        var plan = Plans.Of(configuration.Settings, configuration.Settings.Data.Told(GeneratedSource.Version, configuration.Settings.Seed));
        try
        {
            var outcome = new Experiment(plan, executor, _ => { }).Run(CancellationToken.None);
            return string.Join('\n', jobs.Append(outcome.TraceHash).Append(outcome.ModelHash).Append(JsonSerializer.Serialize(outcome.Report, Named)));
        }
        catch (ExperimentFailedException failure)
        {
            return string.Join('\n', jobs.Append(failure.Message));
        }
    }
}
