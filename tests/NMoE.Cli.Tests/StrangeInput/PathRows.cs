namespace NMoE.Cli.Tests.StrangeInput;

/// <summary>Files and folders that are not there, or are something else.</summary>
internal static class PathRows
{
    public static Row[] All =>
    [
        new("an experiment that is not there", "run nowhere.conf", 2, "nowhere.conf: there is no such file", "Name an existing experiment file"),
        new("a sweep that is not there", "sweep nowhere.conf", 2, "nowhere.conf", "Name an existing experiment file"),
        new("an estimate of nothing", "cost nowhere.conf", 2, "nowhere.conf"),
        new("a search in nothing", "fuzz nowhere.conf", 2, "nowhere.conf"),
        new("a verification of nothing", "verify nowhere.conf", 2, "nowhere.conf"),
        new("a measurement for nothing", "calibrate nowhere.conf", 2, "nowhere.conf"),
        new("a live run of nothing", "live nowhere.conf", 2, "nowhere.conf"),
        new("a folder in place of an experiment", "run folder", 2, "folder") { Arranged = place => place.MakeFolder("folder") },
        new("an experiment in a file", "config x.conf/y.conf", 2, "x.conf/y.conf"),
        new("a folder in place of an include", "config c.conf", 2, "c.conf:1", "folder") { Arranged = place => { place.MakeFolder("folder"); place.Write("c.conf", "include \"folder\""); } },
        new("an output that is a file", "run x.conf --out a-file", 4, "a-file") { Arranged = AFile },
        new("an output in a file", "run x.conf --out a-file/runs", 4, "a-file/runs") { Arranged = AFile },
        new("an output of nobody", "run x.conf --out /proc/nmoe", 4, "/proc/nmoe"),
        new("a sweep's output that is a file", "sweep c.conf --out a-file", 4, "a-file") { Arranged = place => { AFile(place); Sweep(place); } },
        new("a store that is a file", "run x.conf --set compute.store.path=a-file", 4, "a-file", "compute.store.path") { Arranged = AFile },
        new("a store in a file", "run x.conf --set compute.store.path=a-file/store", 4, "a-file/store", "compute.store.path") { Arranged = AFile },
        new("a store of nobody", "cost x.conf --set compute.store.path=/proc/nmoe", 4, "/proc/nmoe", "compute.store.path"),
        new("a store too small", "run x.conf --set 'compute.store.max-size=2 MiB'", 4, "Set compute.store.max-size to at least"),
        new("a store whose folder for new files is a file", "run x.conf --set compute.store.path=store", 4, "store", "compute.store.path") { Arranged = place => place.Write("store/tmp", "") },
        new("a blob beyond all arrays", "run x.conf --set model.width=128 --set data.allow-overlap=on --set data.train-per-client=600000", 4, "2.5 GB in one blob", "data.train-per-client"),
        new("a verification into what is there", "verify x.conf --out folder", 2, "--out", "folder", "not there yet") { Arranged = place => place.Write("folder/old", "") },
        new("a verification into a file", "verify x.conf --out a-file", 4, "a-file") { Arranged = AFile },
        new("certificates in a file", "certificates a-file", 2, "a-file") { Arranged = AFile },
        new("certificates where some are", "certificates folder", 2, "folder/secret", "Choose another folder") { Arranged = place => place.Write("folder/secret", "") },
        new("certificates nowhere", "certificates ''", 2, "DIR", "empty"),
        new("an experiment without a name", "run ''", 2, "CONF", "empty"),
        new("an output without a name", "run x.conf --out ''", 2, "--out", "empty"),
        new("a store of a diagnosis without a name", "doctor --store ''", 2, "--store", "empty"),
        new("a place for pictures without a name", "data get cifar10 --to ''", 2, "--to", "empty"),
        new("a run without a name", "plot ''", 2, "RUN", "empty"),
        new("a worker's store that is a file", "worker --join 127.0.0.1:4000 --store a-file", 4, "a-file") { Arranged = AFile },
        new("a data folder that is a file", "run x.conf --set data.name=cifar10 --set data.path=a-file", 2, "a-file", "data.path") { Arranged = AFile },
    ];

    public static void AFile(Place place) => place.Write("a-file", "");

    private static void Sweep(Place place) => place.Write("c.conf", Experiments.Small + "\nsweep.axes.pair { a { seed = 1 }, b { seed = 2 } }");
}
