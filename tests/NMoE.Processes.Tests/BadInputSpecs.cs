namespace NMoE.Processes.Tests;

/// <summary>What a user can get wrong: one clear error, a code, and nothing half-written.</summary>
public sealed class BadInputSpecs : IDisposable
{
    private readonly CommandLine _line = new();

    public void Dispose() => _line.Dispose();

    [Theory]
    [InlineData("seeed = 1", "x.conf:1: seeed: there is no such key. Did you mean seed?")]
    [InlineData("\nchannel.delay = 20", "x.conf:2: channel.delay: '20' has no unit")]
    [InlineData("data.tau = 1.5", "x.conf:1: data.tau")]
    [InlineData("data {\n tau = 1", "x.conf:1")]
    [InlineData("inference.k = 11", "11 experts a sample are more than the 10 there are")]
    public void A_wrong_setting_is_refused_with_file_line_and_key(string text, string message)
    {
        var ended = _line.RunExperiment(text);

        Refused(ended, 2, message);
        Assert.False(Directory.Exists(_line.PathOf("runs")), "Something was written.");
    }

    [Theory]
    [InlineData("0,client-0,5000000,-5,1,0", "trace.csv:2: channel.trace: down_bit_s is '-5'. A rate from 0 (off) to 1e13 bit/s is needed.")]
    [InlineData("0,client-0,1,1,1,0\n0,phone,1,1,1,0", "trace.csv:3: channel.trace: the device 'phone' is unknown. The devices are ")]
    [InlineData("0,client-0,1,1,1", "trace.csv:2: channel.trace: the row has 5 fields.")]
    public void A_wrong_row_of_a_trace_is_refused_with_its_file_and_line(string rows, string message)
    {
        _line.Write("trace.csv", "time_s,device,up_bit_s,down_bit_s,delay_ms,loss\n" + rows);

        Refused(_line.RunExperiment(CommandLine.Small, "channel.model=shared", "channel.trace=trace.csv"), 2, message);
        Assert.False(Directory.Exists(_line.PathOf("runs")), "Something was written.");
    }

    [Fact]
    public void A_missing_file_is_refused_by_name() => Refused(_line.Run("run", "nowhere.conf"), 2, "nowhere.conf: there is no such file");

    [Fact]
    public void A_truncated_data_batch_is_refused_by_name_and_size()
    {
        var data = Directory.CreateDirectory(_line.PathOf("data")).FullName;
        foreach (var batch in Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin").Append("test_batch.bin"))
            File.WriteAllBytes(Path.Combine(data, batch), new byte[3073 * 100]);
        File.WriteAllBytes(Path.Combine(data, "data_batch_1.bin"), new byte[3000]);

        var ended = _line.RunExperiment("data.name = cifar10", $"data.path={data}");

        Refused(ended, 2, "data_batch_1.bin");
        Assert.Contains("3073", ended.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_line.PathOf("runs")), "Something was written.");
    }

    [Fact]
    public void Too_few_pictures_of_a_class_are_refused_with_how_many_there_are() =>
        Refused(_line.RunExperiment(CommandLine.Small, "data.train-per-client=3000"), 2, "Class 0 needs 600 pictures");

    [Fact]
    public void More_clients_than_pictures_are_refused_before_anything_is_rehearsed_or_written()
    {
        Refused(_line.RunExperiment(CommandLine.Small, "experiment.clients=6000", "data.train-per-client=1"), 2, "needs 600 pictures of the training split, but there are 500");
        Refused(_line.Run("cost", _line.PathOf("x.conf"), "--set", "experiment.clients=6000"), 2, "pictures of the training split");
        Assert.False(Directory.Exists(_line.PathOf("runs")), "Something was written.");
    }

    [Fact]
    public void A_class_without_pictures_is_refused_by_name()
    {
        var data = Directory.CreateDirectory(_line.PathOf("data")).FullName;
        var batch = new byte[3073 * 10_000];
        for (var record = 0; record < 10_000; record++)
            batch[record * 3073] = (byte)(record % 10 == 7 ? 6 : record % 10);
        File.WriteAllBytes(Path.Combine(data, "data_batch_1.bin"), batch);
        File.WriteAllBytes(Path.Combine(data, "test_batch.bin"), batch);

        Refused(_line.RunExperiment(CommandLine.Small, "data.name=cifar10", $"data.path={data}"), 2, "Class 7 has no picture in the training split");
        Assert.False(Directory.Exists(_line.PathOf("runs")), "Something was written.");
    }

    [Fact]
    public void An_output_that_cannot_be_written_is_refused_before_anything_runs()
    {
        var file = _line.Write("a-file", "");
        var ended = _line.Run("run", _line.Write("x.conf", CommandLine.Small), "--out", file, "--set", $"compute.store.path={_line.PathOf("store")}");

        Refused(ended, 4, "a-file");
        Assert.DoesNotContain("extractor", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_store_that_cannot_be_written_is_refused()
    {
        var file = _line.Write("a-file", "");
        Refused(_line.RunExperiment(CommandLine.Small, $"compute.store.path={file}/store"), 4, "compute.store.path");
    }

    [Fact]
    public void A_store_too_small_for_the_experiment_is_refused_with_what_it_needs()
    {
        Refused(_line.RunExperiment(CommandLine.Small, "compute.store.max-size=2 MiB"), 4, "Set compute.store.max-size to at least");
        Assert.False(Directory.Exists(_line.PathOf("runs")), "Something was written.");
    }

    [Fact]
    public void A_folder_that_is_no_run_cannot_be_plotted() => Refused(_line.Run("plot", _line.PathOf("")), 4, "Cannot read");

    private static void Refused(Ended ended, int code, string message)
    {
        Assert.Contains(message, ended.Error, StringComparison.Ordinal);
        Assert.Equal(code, ended.Code);
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
    }
}
