namespace NMoE.Learning.Models;

/// <summary>
/// The vision transformer of DeiT's smallest size (Touvron et al., 2021: 192 dimensions, 12 blocks, 3 heads), on patches of 4x4 pixels, for small pictures; by timm's names. D = 192, the class
/// token's.
/// </summary>
public sealed class VitTiny : IExtractor
{
    private const int Patch = 4;
    private const int Wide = 192;
    private const int Blocks = 12;
    private const int Heads = 3;

    /// <inheritdoc/>
    public string Name => "vit-tiny";

    /// <inheritdoc/>
    public Layers Build(Layers input, ModelSpec model, int outputs)
    {
        ArgumentNullException.ThrowIfNull(input);
        var (height, width) = (input.Output[1], input.Output[2]);
        if (height % Patch != 0 || width % Patch != 0)
        {
            throw new ModelException(FormattableString.Invariant($"{Name} cuts pictures into patches of {Patch} x {Patch}, which do not fill {height} x {width}"));
        }

        var row = input.Then(new Patches(input.Output[0], Patch, height / Patch * (width / Patch), Wide));
        for (var block = 0; block < Blocks; block++)
        {
            var name = FormattableString.Invariant($"blocks.{block}");
            row = row.Residual(row.Branch().LayerNorm($"{name}.norm1").Attention($"{name}.attn", Heads), row.Branch());
            row = row.Residual(row.Branch().LayerNorm($"{name}.norm2").OnTokens($"{name}.mlp.fc1", 4 * Wide).Gelu().OnTokens($"{name}.mlp.fc2", Wide), row.Branch());
        }

        return row.Then(new FirstToken(Wide)).LayerNorm("norm");
    }
}
