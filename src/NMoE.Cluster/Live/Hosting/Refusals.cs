namespace NMoE.Cluster.Live.Hosting;

/// <summary>How often in a row the keeper could not keep what the servers persist. What they do arrives only once it is kept: without an end the run would wait for ever.</summary>
/// <param name="warn">Told the first of a row.</param>
/// <param name="fail">Told why the run cannot go on.</param>
internal sealed class Refusals(Action<string, string> warn, Action<string> fail)
{
    // A second each: a keeper that has no room for so long will have none.
    private const int Most = 30;
    private int _inARow;

    /// <summary>The keeper answered.</summary>
    /// <param name="node">Its name.</param>
    /// <param name="failure">Why it did not keep it; empty where it did.</param>
    public void Heard(string node, string failure)
    {
        _inARow = failure.Length > 0 ? _inARow + 1 : 0;
        if (_inARow == 1)
        {
            warn(node, failure);
        }

        if (_inARow == Most)
        {
            fail($"the node {node} cannot keep what the servers persist: {failure}");
        }
    }
}
