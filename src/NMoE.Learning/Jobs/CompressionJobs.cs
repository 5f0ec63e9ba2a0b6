using System.Collections.Immutable;
using NMoE.Learning.Models;

namespace NMoE.Learning.Jobs;

/// <summary>The form in which a client's update of stage 1 travels to the server.</summary>
public enum UpdateForm
{
    /// <summary>The model as it is: 4 bytes a number.</summary>
    None,

    /// <summary>The change in IEEE binary16, to the nearest, ties to even: 2 bytes a number.</summary>
    Fp16,

    /// <summary>The change in 256 even steps from each tensor's lowest to its highest number: a byte a number (FedPAQ; Reisizadeh et al., 2020, with rounding to the nearest).</summary>
    Int8,

    /// <summary>The numbers of the change that are largest in magnitude, with their places: 8 bytes each (Aji and Heafield, 2017).</summary>
    TopK,

    /// <summary>Numbers of the change at places that both ends draw alike: 4 bytes each (Konečný et al., 2016).</summary>
    RandomK,
}

/// <summary>
/// What a client sends of a round: its change u = (trained - start) + kept, in a form that is smaller, and what that form leaves out, which is added to the next round's change (error
/// feedback; Seide et al., 2014; Stich et al., 2018). Inputs: the parts from which the round started, the parts as trained, then what was kept of each where something was. Outputs: the compressed
/// parts, then of each <c>kept</c> f32 [P]. Seed: of the places that <see cref="UpdateForm.RandomK"/> draws.
/// </summary>
/// <param name="Model">The architecture.</param>
/// <param name="Parts">The parts that travel.</param>
/// <param name="Outputs">Dimensions of a projection head, where that is one of them.</param>
/// <param name="Form">Not <see cref="UpdateForm.None"/>.</param>
/// <param name="Share">Share of the numbers that travel, in (0, 1]; read by the two that leave numbers out.</param>
public sealed record CompressParameters(ModelSpec Model, ImmutableArray<ModelPart> Parts, int Outputs, UpdateForm Form, double Share) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "compress";
}

/// <summary>
/// What the server makes of it: start + change. Inputs: the parts from which the round started, then the compressed parts. Outputs: the parts as models, as if they had travelled so. Seed: as it was compressed with.
/// </summary>
/// <param name="Form">How it was compressed, with all that belongs to it.</param>
public sealed record RestoreParameters(CompressParameters Form) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "restore";
}

/// <summary>A model in the form in which it travels to clients. Inputs: its parts as models. Outputs: the same as they travel.</summary>
/// <param name="Form">Fp16 or Int8, with all that belongs to it.</param>
public sealed record PackParameters(CompressParameters Form) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "pack";
}

/// <summary>The model that a client makes of it. Inputs: parts as they travel. Outputs: the parts as models.</summary>
/// <param name="Form">How they were packed, with all that belongs to it.</param>
public sealed record UnpackParameters(CompressParameters Form) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "unpack";
}
