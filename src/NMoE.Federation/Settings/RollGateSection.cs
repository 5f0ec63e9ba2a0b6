namespace NMoE.Federation.Settings;

/// <summary>RollGate: a gate that is trained around a ring of clients (algorithms.md, section 6).</summary>
/// <param name="Share">Share p of a client's latents that are labelled with its own number, in (0, 1]; 0.7 in the paper.</param>
/// <param name="Laps">At most so many laps of training.</param>
/// <param name="Epochs">Local epochs of a turn.</param>
/// <param name="Batch">Mini-batch size.</param>
/// <param name="LearningRate">Adam's learning rate.</param>
/// <param name="Tolerance">Training ends with a lap whose mean loss moved by less.</param>
/// <param name="Deadline">Virtual time after which a client that does not acknowledge the gate is passed over; null as in stage 1.</param>
public sealed record RollGateSection(double Share, int Laps, int Epochs, int Batch, double LearningRate, double Tolerance, TimeSpan? Deadline);
