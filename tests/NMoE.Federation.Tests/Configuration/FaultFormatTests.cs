using NMoE.Federation.Settings;
using NMoE.Simulation.Faults;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Configuration;

public sealed class FaultFormatTests
{
    [Fact]
    public void A_rule_says_what_happens_to_which_messages_between_whom_and_when()
    {
        var rules = Read("rules", "delay 2.5 % of RoundUpdate from client-1+client-2 to aggregator by 2 s between 10 s and 1 min", "drop 100 % of any").Faults.Rules;

        Assert.Equal((FaultVerb.Delay, 2.5, "RoundUpdate", TimeSpan.FromSeconds(2)), (rules[0].Verb, rules[0].Percent, rules[0].Kind, rules[0].By));
        Assert.True(rules[0].From.Contains(new DeviceId(2)) && !rules[0].From.Contains(new DeviceId(3)) && !rules[0].From.Contains(DeviceId.Aggregator));
        Assert.Equal((10.0, 60.0), (rules[0].Begin.Seconds, rules[0].End.Seconds));
        Assert.True(rules[1].From.Contains(DeviceId.Supervisor) && rules[1].To.Contains(new DeviceId(9)));
        Assert.Null(rules[1].Kind);
    }

    [Fact]
    public void A_schedule_says_what_happens_to_whom_and_for_how_long()
    {
        var schedule = Read(
            "schedule", "at 100 s crash client-3 for 60 s", "at 5 min kill client-1", "at 0 s slow clients by 3 for 1 h",
            "at 10 s partition client-1+client-2 from any for 30 s", "at 10 s crash aggregator").Faults.Schedule;

        Assert.Equal([DeviceVerb.Crash, DeviceVerb.Kill, DeviceVerb.Slow, DeviceVerb.Partition, DeviceVerb.Crash], schedule.Select(fault => fault.Verb));
        Assert.Equal([60.0, 0, 3600, 30, 0], schedule.Select(fault => fault.For.TotalSeconds));
        Assert.Equal((3.0, 10), (schedule[2].Factor, schedule[2].Who.Of(10).Count));
        Assert.Equal(12, schedule[3].From!.Of(10).Count);
    }

    [Theory]
    [InlineData("rules", "drop 10 % of RoundUpdate from clients to aggregator")]
    [InlineData("rules", "reorder 0.1 % of any from any to client-3 by 250 ms between 1 s and 2 s")]
    [InlineData("schedule", "at 100 s crash client-3+client-4 for 60 s")]
    [InlineData("schedule", "at 2 s hold clients from aggregator for 5 s")]
    [InlineData("schedule", "at 0 us slow client-0 by 2.5 for 1 h")]
    [InlineData("schedule", "at start of serving kill client-1")]
    [InlineData("schedule", "at 2500 ms after start of gate crash client-1 for 1 min")]
    public void What_was_read_is_written_so_that_it_reads_back(string key, string sentence)
    {
        var read = Experiments.Read(Text(key, sentence));

        Assert.Equal(read.ConfigHash, Experiments.Read(read.Render()).ConfigHash);
    }

    [Theory]
    [InlineData("rules", "lose 10 % of any", "'lose' is no verb of a rule (drop, corrupt, delay, duplicate, reorder)")]
    [InlineData("rules", "drop 101 % of any", "'101' is no percentage in 0..100")]
    [InlineData("rules", "drop -1 % of any", "'-1' is no percentage in 0..100")]
    [InlineData("rules", "drop 10 of any", "'of' stands where '%' belongs")]
    [InlineData("rules", "drop 10 % of RoundUpdates", "'RoundUpdates' is no kind of message")]
    [InlineData("rules", "drop 10 % of any from client3", "'client3' is no device")]
    [InlineData("rules", "delay 10 % of any", "it says not by what time")]
    [InlineData("rules", "drop 10 % of any by 2 s", "drop and corrupt take no time")]
    [InlineData("rules", "drop 10 % of any between 2 s and 1 s", "its end does not lie after its beginning")]
    [InlineData("rules", "drop 10 % of any twice", "'twice' is one word too many")]
    [InlineData("rules", "drop 10 % of any from client-10", "there is no client-10")]
    [InlineData("schedule", "crash client-3", "'crash' stands where 'at' belongs")]
    [InlineData("schedule", "at 100 crash client-3", "'crash' is not a unit here")]
    [InlineData("schedule", "at 1 s crash client-3 for 60", "the unit of a time is missing at the end")]
    [InlineData("schedule", "at 1 s kill client-3 for 60 s", "what is killed does not return")]
    [InlineData("schedule", "at 1 s slow client-3 by 0.5 for 1 s", "'0.5' is no factor in 1..1000000")]
    [InlineData("schedule", "at 1 s slow client-3 by 2", "it says not for how long")]
    [InlineData("schedule", "at 1 s partition client-3 for 2 s", "'for' stands where 'from' belongs")]
    [InlineData("schedule", "at 1 s crash client-77", "there is no client-77")]
    [InlineData("schedule", "at start serving kill client-1", "'serving' stands where 'of' belongs")]
    [InlineData("schedule", "at start of inference kill client-1", "'inference' is no stage (extractor, expert, gate, rollgate, serving)")]
    [InlineData("schedule", "at 1 s after serving kill client-1", "'serving' stands where 'start' belongs")]
    [InlineData("schedule", "at start of", "stage (extractor, expert, gate, rollgate, serving) is missing at the end")]
    [InlineData("schedule", "at start of rollgate kill client-1", "this experiment has no stage rollgate")]
    public void A_sentence_that_says_no_fault_is_refused_with_its_number_and_line(string key, string sentence, string problem)
    {
        var refused = Experiments.Refuse($"seed = 1\n{Text(key, key == "rules" ? "drop 1 % of any" : "at 1 s crash client-0", sentence)}");

        Assert.Contains(problem, refused.Problem, StringComparison.Ordinal);
        Assert.Contains("number 2", refused.Problem, StringComparison.Ordinal);
        Assert.Equal(2, refused.Line);
    }

    [Fact]
    public void Two_partitions_between_the_same_devices_may_not_overlap()
    {
        var refused = Experiments.Refuse(Text("schedule", "at 1 s partition client-1 from clients for 10 s", "at 11 s partition client-1 from clients for 10 s", "at 20 s partition client-1 from clients for 1 s"));

        Assert.Contains("number 3 overlaps \"at 11 s partition client-1 from clients for 10 s\"", refused.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("partition client-1 from client-1", "seed = 1")]
    [InlineData("hold aggregator from aggregator", "seed = 1")]
    [InlineData("partition clients from clients", "experiment.clients = 1")]
    [InlineData("partition client-1 from aggregator", "aggregator { place = client, client = 1 }\nchannel.model = shared")]
    public void What_can_cut_nothing_is_refused(string cut, string more)
    {
        var refused = Experiments.Refuse(more + "\ninference.k = 1\n" + Text("schedule", $"at 1 s {cut} for 10 s"));

        Assert.Contains("number 1: there is no path between", refused.Problem, StringComparison.Ordinal);
    }

    private static ExperimentSettings Read(string key, params string[] sentences) => Experiments.Read(Text(key, sentences)).Settings;

    [Fact]
    public void A_place_that_the_aggregator_moves_to_has_a_name_and_is_part_of_any_and_of_no_client()
    {
        var read = Experiments.Read("aggregator.standby = [base-station]\n" + Text("schedule", "at 2 s kill aggregator-2", "at 2 s partition clients from any for 1 s"));

        Assert.True(read.Settings.Faults.Schedule[0].Who.Contains(DeviceId.AggregatorAt(1)) && !read.Settings.Faults.Schedule[0].Who.Contains(DeviceId.Aggregator));
        Assert.True(read.Settings.Faults.Schedule[1].From!.Contains(DeviceId.AggregatorAt(1)) && !read.Settings.Faults.Schedule[1].Who.Contains(DeviceId.AggregatorAt(1)));
        Assert.Equal(read.ConfigHash, Experiments.Read(read.Render()).ConfigHash);
    }

    private static string Text(string key, params string[] sentences) => $"faults.{key} = [{string.Join(", ", sentences.Select(sentence => $"\"{sentence}\""))}]";
}
