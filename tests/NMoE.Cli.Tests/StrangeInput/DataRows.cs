namespace NMoE.Cli.Tests.StrangeInput;

/// <summary>Folders of pictures. The folder is <c>pictures</c>.</summary>
internal static class DataRows
{
    private const int Record = 3073;
    private const int Records = 10_000;

    public static Row[] All =>
    [
        Of("no folder of pictures", _ => { }, "pictures", "there is no such folder", "data.path"),
        Of("an empty folder of pictures", place => place.MakeFolder("pictures"), "pictures", "no training batch is there", "data_batch_1.bin"),
        Of("no test batch", place => place.Write("pictures/data_batch_1.bin", Batch()), "test_batch.bin", "the file is missing"),
        Of("a batch cut short", place => Both(place, Batch()[..3000]), "data_batch_1.bin", "cut short", "30730000"),
        Of("a batch too long", place => Both(place, [.. Batch(), 0]), "data_batch_1.bin", "too long", "30730000"),
        Of("a batch of nothing", place => Both(place, []), "data_batch_1.bin", "0 bytes"),
        Of("a label beyond the last", place => Both(place, With(Batch(), 7 * Record, 10)), "data_batch_1.bin", "record 7 has the label 10", "0 to 9"),
        Of("a class without pictures", place => Both(place, Without(7)), "Class 7 has no picture in the training split"),
        Of("a folder in place of a batch", place => { Both(place, Batch()); place.MakeFolder("pictures/data_batch_2.bin"); File.Delete(place.PathOf("pictures/data_batch_1.bin")); }, "pictures"),
        Of("a link that leads nowhere", place => { place.MakeFolder("pictures"); File.CreateSymbolicLink(place.PathOf("pictures/data_batch_1.bin"), "nowhere"); place.Write("pictures/test_batch.bin", Batch()); }, "pictures"),
        new("too few pictures of a class", "run x.conf --set data.train-per-client=3000", 2, "Class 0 needs 600 pictures"),
        new("more clients than pictures", "run x.conf --set experiment.clients=6000 --set data.train-per-client=1", 2, "needs 600 pictures of the training split, but there are 500"),
        new("an estimate for more clients than pictures", "cost x.conf --set experiment.clients=6000", 2, "pictures of the training split"),
        new("a measurement for more clients than pictures", "calibrate x.conf --set experiment.clients=6000", 2, "pictures of the training split"),
        new("a data set that there is not", "run x.conf --set data.name=imagenet", 2, "data.name", "cifar10"),
        new("a data set that was not fetched", "run x.conf --set data.name=mnist", 2, "there is no such folder", "nmoe data get mnist"),
    ];

    private static Row Of(string name, Action<Place> arranged, params string[] says) =>
        new(name, "run x.conf --set data.name=cifar10 --set data.path=pictures", 2, says) { Arranged = arranged };

    private static byte[] Batch() => Batch(record => (byte)(record % 10));

    private static byte[] Without(int label) => Batch(record => (byte)(record % 10 == label ? label - 1 : record % 10));

    private static byte[] Batch(Func<int, byte> label)
    {
        var batch = new byte[Record * Records];
        for (var record = 0; record < Records; record++)
            batch[record * Record] = label(record);
        return batch;
    }

    private static byte[] With(byte[] batch, int place, byte value)
    {
        batch[place] = value;
        return batch;
    }

    private static void Both(Place place, byte[] batch)
    {
        place.Write("pictures/data_batch_1.bin", batch);
        place.Write("pictures/test_batch.bin", batch);
    }
}
