using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Learning.Data;
using NMoE.Learning.Models;

namespace NMoE.Learning.Cost;

/// <summary>Sizes of the blobs that jobs leave, to the byte, and the rows of a blob of some size.</summary>
public static class BlobSizes
{
    /// <summary>A shard of so many pictures.</summary>
    public static long Shard(int rows, PictureShape pictures) => SafeTensors.BytesOf(
        [new("images", TensorType.U8, [rows, pictures.Channels, pictures.Height, pictures.Width]), new("labels", TensorType.I64, [rows])]);

    /// <summary>A float tensor [rows, columns].</summary>
    internal static long Table(string name, int rows, int columns) =>
        SafeTensors.BytesOf([new(name, TensorType.F32, [rows, columns])]);

    /// <summary>A model part.</summary>
    internal static long Part(ImmutableArray<ParameterShape> layout) =>
        SafeTensors.BytesOf(layout.Select(shape => new TensorShape(shape.Name, shape.Role == ParameterRole.Counter ? TensorType.I64 : TensorType.F32, shape.Shape)));

    /// <summary>The pictures of a shard; those without a shape have CIFAR-10's.</summary>
    internal static int ShardRows(BlobRef shard, PictureShape? pictures)
    {
        var shape = pictures ?? PictureShape.Cifar;
        return Rows(shard, shape.Bytes + sizeof(long), rows => Shard(rows, shape));
    }

    /// <summary>The rows of a float tensor with so many columns.</summary>
    internal static int TableRows(BlobRef table, string name, int columns) =>
        Rows(table, columns * sizeof(float), rows => Table(name, rows, columns));

    /// <summary>The rows of a blob of so many bytes a row: a little fewer than the size divided by a row's, because of the header.</summary>
    internal static int Rows(BlobRef blob, int rowBytes, Func<int, long> bytesOf)
    {
        var rows = (int)(blob.Bytes / rowBytes);
        while (rows > 0 && bytesOf(rows) > blob.Bytes)
        {
            rows--;
        }

        return rows;
    }
}
