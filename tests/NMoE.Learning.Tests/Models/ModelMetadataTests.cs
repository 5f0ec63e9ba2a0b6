using NMoE.Compute.Blobs;
using NMoE.Learning.Data;
using NMoE.Learning.Models;

namespace NMoE.Learning.Tests.Models;

public sealed class ModelMetadataTests
{
    /// <summary>The layout of the format: eight bytes of length, the header that begins with the metadata, the same data.</summary>
    [Fact]
    public void An_exported_file_tells_its_model_beside_the_same_tensors()
    {
        TensorBlob[] tensors = [new("a", TensorType.F32, [2], new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }), new("b", TensorType.U8, [1], new byte[] { 9 })];
        var model = new ModelSpec(32, 7) { Extractor = "cnn", Expert = "mlp-20", Shape = new(1, 28, 28), Traits = PictureTraits.Grey(0.1307, 0.3081) };
        var file = SafeTensorsMetadata.Put(SafeTensors.Write(tensors), ModelMetadata.Of(model));
        var length = BitConverter.ToInt32(file);
        Assert.Equal(0, length % 8);
        Assert.StartsWith(
            """{"__metadata__":{"format":"nmoe 1","extractor":"cnn","expert":"mlp-20","classes":"7","width":"32","norm":"group","latent":"512","shape":"1 28 28","mean":"0.1307","deviation":"0.3081"},"a":{""",
            System.Text.Encoding.UTF8.GetString(file, 8, length), StringComparison.Ordinal);
        Assert.Equal(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9 }, file[(8 + length)..]);
        Assert.Equal(tensors.Select(tensor => tensor.Data.ToArray()), SafeTensors.Read(file).Select(tensor => tensor.Data.ToArray()));
    }

    [Fact]
    public void A_model_without_parameters_is_a_file_too() =>
        Assert.Empty(SafeTensors.Read(SafeTensorsMetadata.Put(SafeTensors.Write([]), ModelMetadata.Of(new(16, 10) { Extractor = "linear" }))));
}
