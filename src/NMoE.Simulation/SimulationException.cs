namespace NMoE.Simulation;

/// <summary>What can go wrong in a simulated world.</summary>
public class SimulationException(string message, Exception? inner = null) : Exception(message, inner);
