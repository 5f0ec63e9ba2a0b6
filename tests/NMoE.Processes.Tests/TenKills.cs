namespace NMoE.Processes.Tests;

/// <summary>A worker that is killed and started again, each time after the run has got further, so that no two kills are at the same moment of it.</summary>
internal sealed class TenKills
{
    private readonly Crew _crew;
    private readonly Member _run;

    public TenKills(Crew crew, Member run) => (_crew, _run) = (crew, run);

    public List<Member> Lives { get; } = [];

    /// <summary>How many jobs the run had recorded at each kill.</summary>
    public List<int> Recorded { get; } = [];

    /// <summary>Starts it, and kills it once something has happened to it so many times and the run has got further.</summary>
    public void Once(string happened, int times)
    {
        var life = Again();
        var recorded = 0;
        life.Until(
            worker =>
            {
                Assert.False(_run.HasEnded, $"The run was over after {Recorded.Count} kills.");
                return worker.Count(happened) >= times && (recorded = _crew.Recorded().Length) > Recorded.LastOrDefault(-1);
            },
            $"{happened}, {times} times, before kill {Recorded.Count + 1}");
        life.Kill();
        Recorded.Add(recorded);
    }

    /// <summary>Starts it with the store that it had.</summary>
    public Member Again()
    {
        Lives.Add(Lives is [.., var last] ? _crew.Again(last) : _crew.Worker());
        return Lives[^1];
    }
}
