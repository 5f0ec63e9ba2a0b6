namespace NMoE.Learning.Gates;

/// <summary>
/// BASE layers' balanced assignment (Lewis et al., 2021, as in HetuMoE, arXiv 2203.14685): the samples of a request are shared out among the experts, as many to each, so that the sum of their scores by FedGate's gate is the
/// greatest. Where the number of samples is no multiple of that of experts, some have one more.
/// </summary>
public sealed class BaseGate : IGate
{
    // Each sample's path looks at every pair of experts a few times.
    private const double FlopsPerPair = 4;

    /// <summary>Its name.</summary>
    public const string GateName = "base";

    /// <inheritdoc/>
    public string Name => GateName;

    /// <inheritdoc/>
    public string Title => "BASE";

    /// <inheritdoc/>
    public string? Source => FedGate.Stage;

    /// <inheritdoc/>
    public bool WeighsRequests => true;

    /// <inheritdoc/>
    public int Experts(int k, object? keys) => 1;

    /// <inheritdoc/>
    public double Flops(int rows, int experts, object? keys) => FlopsPerPair * rows * experts * experts;

    /// <inheritdoc/>
    public Choices Choose(GateInput samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var (settings, scores, there) = (samples.Settings, samples.Scores(), samples.Experts);
        var chosen = new List<int>(samples.Rows);
        foreach (var (first, count) in samples.Requests())
        {
            float[] of = [.. Enumerable.Range(first, count).SelectMany(row => there.Select(expert => scores[(row * settings.Clients) + expert]))];
            chosen.AddRange(BalancedAssignment.Of(of, there.Length).Select(place => there[place]));
        }

        return Choices.Alike([.. chosen], 1);
    }
}
