using Akka.Actor;
using Akka.Configuration;
using NMoE.Cluster.Nodes;
using NMoE.Cluster.Work.Messages;

namespace NMoE.Cluster.Work;

/// <summary>Asks a coordinator how its run stands, from a node that joins nobody.</summary>
public sealed class StatusClient : IAsyncDisposable
{
    /// <summary>The role of a node that only asks.</summary>
    public const string Role = "visitor";

    private readonly string _asked;
    private readonly ClusterNode _own;

    /// <summary>Starts the node that asks, which then may ask again and again.</summary>
    /// <param name="node">How it is started; its seeds name the coordinator.</param>
    /// <exception cref="NodeException">It cannot be started.</exception>
    public StatusClient(NodeSettings node)
    {
        ArgumentNullException.ThrowIfNull(node);
        _asked = node.Seeds[0];

        // Why nobody could be reached is said once, by who asks.
        _own = ClusterNode.Start(node with { Seeds = [], Roles = [Role] }, WorkForms.All, ConfigurationFactory.ParseString("akka.loglevel = OFF"));
    }

    /// <summary>Asks once, from a node that is gone afterwards.</summary>
    /// <param name="node">How the asking node is started; its seeds name the coordinator.</param>
    /// <param name="patience">How long to wait for the answer.</param>
    /// <exception cref="NodeException">The node cannot be started, or the address is none.</exception>
    /// <exception cref="WorkException">Nobody answers.</exception>
    public static async Task<WorkStatus> AskAsync(NodeSettings node, TimeSpan patience)
    {
        var client = new StatusClient(node);
        await using (client.ConfigureAwait(false))
            return await client.AskAsync(patience).ConfigureAwait(false);
    }

    /// <summary>Asks.</summary>
    /// <param name="patience">How long to wait for the answer.</param>
    /// <exception cref="NodeException">The address is none.</exception>
    /// <exception cref="WorkException">Nobody answers.</exception>
    public async Task<WorkStatus> AskAsync(TimeSpan patience)
    {
        try
        {
            var coordinator = _own.System.ActorSelection(new RootActorPath(NodeCheck.AddressOf(_asked, _own.Address)) / "user" / WorkCoordinator.Name);
            return await coordinator.Ask<WorkStatus>(new StatusWanted(), patience).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            throw new WorkException(FormattableString.Invariant($"No run answers at {_asked} within {patience.TotalSeconds:F0} s. ")
                + "Give the address that its command was started with (nmoe run CONF --cluster HOST:PORT), and the same certificates.");
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _own.DisposeAsync();
}
