using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Data;
using NMoE.Learning.Partitions;

namespace NMoE.Cli.DataSets;

/// <summary>Writes what each client is dealt as arrays: <c>x</c>, <c>y</c>, <c>client</c>, and the same of tests. <c>data.name = npz</c> reads them.</summary>
internal static class DataExport
{
    /// <summary>Writes a file.</summary>
    /// <param name="plan">The experiment, whose data can be dealt.</param>
    /// <param name="catalog">Its data.</param>
    /// <param name="path">Where.</param>
    /// <returns>Training and test pictures.</returns>
    public static (int Train, int Test) Write(Plan plan, DataCatalog catalog, string path)
    {
        var unfinished = path + ".part";
        int train, test;
        using (var file = new NpzFile(unfinished))
        {
            train = Split(file, "", plan, catalog, null);
            test = Split(file, "_test", plan, catalog, plan.Settings.Inference.TestPartitions[0]);
        }

        File.Move(unfinished, path, overwrite: true);
        return (train, test);
    }

    private static int Split(NpzFile file, string suffix, Plan plan, DataCatalog catalog, TestPartition? test)
    {
        var (pictures, labels, clients) = (new MemoryStream(), new List<long>(), new List<long>());
        var shape = plan.Model.Spec.Shape;
        var picture = new byte[shape.Bytes];
        var (source, split) = (catalog.Source(plan.Deal.Data), test is null ? DataSplit.Train : DataSplit.Test);
        for (var client = 0; client < plan.Deal.Clients; client++)
        {
            foreach (var row in Partition.Deal(source, split, plan.Deal.Of(test), plan.Deal.Key, client))
            {
                source.CopyPicture(split, row, picture);
                pictures.Write(picture);
                labels.Add(source.Label(split, row));
                clients.Add(client);
            }
        }

        file.Add("x" + suffix, pictures.GetBuffer().AsSpan(0, (int)pictures.Length), labels.Count, shape.Channels, shape.Height, shape.Width);
        file.Add("y" + suffix, labels);
        file.Add(suffix.Length == 0 ? "client" : "client" + suffix, clients);
        return labels.Count;
    }
}
