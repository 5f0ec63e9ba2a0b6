using NMoE.Federation.Devices;
using NMoE.Simulation.Loop;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Experiments;

/// <summary>Sees all of a run, from outside the world: nothing that it does reaches back, but that it may end the run by <see cref="World.Fail"/>.</summary>
public interface IExperimentWatch : IObserver, ITransferObserver, IRoleWatch, IFaultWatch
{
    /// <summary>The world is there; nothing has happened.</summary>
    void Begin(World world, Ledger ledger);

    /// <summary>Nothing happens any more, for whatever reason.</summary>
    void Over(World world);
}
