namespace NMoE.Learning.Privacy;

/// <summary>
/// What each client has released. A release is named by what was released, so that the same noised matrix sent twice, or computed again after a crash,
/// counts once; a client pays only for what it released.
/// </summary>
public sealed class Accountant
{
    private readonly SortedDictionary<int, SortedDictionary<string, double>> _releases = [];

    /// <summary>Clients that released something, ascending.</summary>
    public IReadOnlyCollection<int> Clients => _releases.Keys;

    /// <summary>Notes a release.</summary>
    /// <param name="client">Client.</param>
    /// <param name="release">Name of what was released, such as its hash.</param>
    /// <param name="scale">sigma / sensitivity; 0 for no noise, which no epsilon bounds.</param>
    public void Released(int client, string release, double scale)
    {
        if (!_releases.TryGetValue(client, out var own))
        {
            _releases[client] = own = new(StringComparer.Ordinal);
        }

        own[release] = scale;
    }

    /// <summary>Number of different releases of a client.</summary>
    public int Releases(int client) => _releases.TryGetValue(client, out var own) ? own.Count : 0;

    /// <summary>Epsilon of all releases of a client; 0 when it released nothing, infinite when one was not noised.</summary>
    public double Epsilon(int client, double delta) =>
        !_releases.TryGetValue(client, out var own) ? 0
        : own.ContainsValue(0) ? double.PositiveInfinity
        : GaussianMechanism.Epsilon(delta, GaussianMechanism.Compose(own.Values));
}
