namespace NMoE.Cli.Tests.StrangeInput;

[Collection(OneProcess.Name)]
public sealed class InProcessTests
{
    [Fact]
    public void A_command_that_hangs_fails_its_row_with_the_command_and_what_it_said()
    {
        using var place = new Place();
        using var never = new ManualResetEvent(false);
        using var ended = new ManualResetEvent(false);
        var (output, folder) = (Console.Out, Environment.CurrentDirectory);

        var hangs = Assert.Throws<TimeoutException>(() => InProcess.Run(
            place.Path, TimeSpan.FromMilliseconds(10),
            words =>
            {
                Console.Out.WriteLine("reading " + words[1]);
                never.WaitOne();
                ended.Set();
                return 0;
            },
            "run", "q.conf"));

        Assert.StartsWith("nmoe run q.conf has not ended after 0.01 s. It said:\n", hangs.Message, StringComparison.Ordinal);
        Assert.Same(output, Console.Out);
        Assert.Equal(folder, Environment.CurrentDirectory);
        never.Set();
        ended.WaitOne();
    }
}
