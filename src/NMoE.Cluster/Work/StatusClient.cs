using Akka.Actor;
using Akka.Configuration;
using NMoE.Cluster.Nodes;
using NMoE.Cluster.Work.Messages;

namespace NMoE.Cluster.Work;

/// <summary>Asks a coordinator how its run stands, from a node that joins nobody.</summary>
public static class StatusClient
{
    /// <summary>The role of a node that only asks.</summary>
    public const string Role = "visitor";

    /// <summary>Asks.</summary>
    /// <param name="node">How the asking node is started; its seeds name the coordinator.</param>
    /// <param name="patience">How long to wait for the answer.</param>
    /// <exception cref="NodeException">The node cannot be started, or the address is none.</exception>
    /// <exception cref="WorkException">Nobody answers.</exception>
    public static async Task<WorkStatus> AskAsync(NodeSettings node, TimeSpan patience)
    {
        ArgumentNullException.ThrowIfNull(node);
        var asked = node.Seeds[0];
        // Why nobody could be reached is said once, below.
        var own = ClusterNode.Start(node with { Seeds = [], Roles = [Role] }, WorkForms.All, ConfigurationFactory.ParseString("akka.loglevel = OFF"));
        await using (own.ConfigureAwait(false))
        {
            try
            {
                var coordinator = own.System.ActorSelection(new RootActorPath(NodeCheck.AddressOf(asked, own.Address)) / "user" / WorkCoordinator.Name);
                return await coordinator.Ask<WorkStatus>(new StatusWanted(), patience).ConfigureAwait(false);
            }
            catch (AskTimeoutException)
            {
                throw new WorkException(FormattableString.Invariant($"No run answers at {asked} within {patience.TotalSeconds:F0} s. ")
                    + "Give the address that its command was started with (nmoe run CONF --cluster HOST:PORT), and the same certificates.");
            }
        }
    }
}
