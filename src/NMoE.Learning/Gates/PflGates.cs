using NMoE.Learning.Jobs;
using NMoE.Learning.Keys;

namespace NMoE.Learning.Gates;

/// <summary>The keys of <see cref="PflMfGate"/> and <see cref="PflMfeGate"/>: how a client's own gate is trained, on the rows that its expert held out. The defaults are the authors'.</summary>
public sealed record PflKeys
{
    /// <summary>Adam's.</summary>
    [Key("(0, 10]", "Of a client's own gate, by Adam. In {range}.")]
    public double LearningRate { get; init; } = 0.001;

    /// <summary>L2.</summary>
    [Key("[0, 1]", "L2 coefficient of a client's own gate. In {range}.")]
    public double WeightDecay { get; init; } = 0.0005;

    /// <summary>Mini-batch size.</summary>
    [Key("1..65536", "Mini-batch size of a client's own gate. {range}.")]
    public int Batch { get; init; } = 64;

    /// <summary>Epochs.</summary>
    [Key("1..10000", "Epochs of a client's own gate, all of which are trained. {range}.")]
    public int Epochs { get; init; } = 200;
}

/// <summary>
/// PFL-MoE (Guo, Mei, Xiao and Wu, 2021): once stage 1 has ended, each client mixes the logits of its own expert and of stage 1's predictor, by a gate of its own that it fits to the rows that its expert
/// held out. Nothing is sent, neither for its training nor in serving.
/// </summary>
public abstract class PflGate : IGate
{
    private readonly LocalGate _own = new();

    private protected PflGate(HomeInput home) => Home = home;

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public abstract string Title { get; }

    /// <inheritdoc/>
    public HomeInput? Home { get; }

    /// <inheritdoc/>
    public object Settings => new PflKeys();

    /// <inheritdoc/>
    public int Experts(int k, object? keys) => 1;

    /// <inheritdoc/>
    public Choices Choose(GateInput samples) => _own.Choose(samples);

    /// <inheritdoc/>
    public IEnumerable<int> Foretell(int rows, RouteParameters settings, ulong seed) => _own.Foretell(rows, settings, seed);
}

/// <summary>PFL-MF: the gate sees the features.</summary>
public sealed class PflMfGate() : PflGate(HomeInput.Features)
{
    /// <summary>Its name.</summary>
    public const string GateName = "pfl-mf";

    /// <inheritdoc/>
    public override string Name => GateName;

    /// <inheritdoc/>
    public override string Title => "PFL-MF";
}

/// <summary>PFL-MFE: the gate sees the picture.</summary>
public sealed class PflMfeGate() : PflGate(HomeInput.Picture)
{
    /// <summary>Its name.</summary>
    public const string GateName = "pfl-mfe";

    /// <inheritdoc/>
    public override string Name => GateName;

    /// <inheritdoc/>
    public override string Title => "PFL-MFE";
}
