namespace NMoE.Simulation.Loop;

/// <summary>An action of the world that has not happened yet.</summary>
public interface IPendingAction
{
    /// <summary>Takes it out of what is pending; no effect once it has happened.</summary>
    void Withdraw();
}
