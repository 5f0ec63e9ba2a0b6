namespace NMoE.Cli.Tests.StrangeInput;

/// <summary>Places on a network, and what lets machines be one cluster.</summary>
internal static class AddressRows
{
    private const string Write = "Write HOST:PORT";

    public static Row[] All =>
    [
        new("an address without a port", "worker --join lab1", 2, "--join", "'lab1'", Write),
        new("a port of letters", "worker --join lab1:http", 2, "--join", "'lab1:http'", Write),
        new("port 0", "worker --join lab1:0", 2, "--join", "'lab1:0'", Write),
        new("a port beyond the last", "worker --join lab1:65536", 2, "--join", "'lab1:65536'", Write),
        new("a negative port", "status --join lab1:-1", 2, "--join", Write),
        new("a port without a host", "status --join :4000", 2, "--join", "':4000'", Write),
        new("an empty address", "status --join ''", 2, "--join"),
        new("a cluster at no address", "run x.conf --cluster here", 2, "--cluster", "'here'", Write),
        new("a cluster bound to no address", "run x.conf --cluster 127.0.0.1:4000 --bind there", 2, "--bind", "'there'", Write),
        new("a patience without a unit", "run x.conf --cluster 127.0.0.1:4000 --patience 5", 2, "--patience", "'5'", "10 min"),
        new("a live node that listens nowhere", "live x.conf --listen here", 2, "--listen", "'here'", "HOST:PORT"),
        new("a live node that joins nobody", "live x.conf --join there", 2, "--join", "'there'", "HOST:PORT"),
        new("no nodes", "live x.conf --nodes 0", 2, "--nodes", "0", "1..1024"),
        new("nodes beyond the most", "live x.conf --nodes 1025", 2, "--nodes", "1025", "1..1024"),
        new("a worker without threads", "worker --join 127.0.0.1:4000 --threads 0", 2, "--threads", "1..1024"),
        new("a worker with a store of nothing", "worker --join 127.0.0.1:4000 --store-size 0", 2, "--store-size", "1..1048576"),
        new("a worker's port beyond the last", "worker --join 127.0.0.1:4000 --port 70000", 2, "--port", "'70000'", "0..65535"),
        new("a worker's negative port", "worker --join 127.0.0.1:4000 --port -1", 2, "--port", "'-1'", "0..65535"),
        new("a worker without certificates where all can reach it", "worker --join 127.0.0.1:4000 --host 192.0.2.1", 2, "certificates"),
        new("a cluster without certificates where all can reach it", "run x.conf --cluster 192.0.2.1:4000", 2, "certificates", "loopback") { Leaves = ["runs"] },
        new("a live node without certificates where all can reach it", "live x.conf --listen 192.0.2.1:4000", 2, "certificates", "loopback") { Leaves = ["runs"] },
        new("certificates that are not there", "status --join 127.0.0.1:4000 --certificates nowhere", 2, "nowhere", "nmoe certificates DIR"),
        new("certificates that are a file", "worker --join 127.0.0.1:4000 --certificates x.conf", 2, "x.conf", "nmoe certificates DIR"),
        new("a folder of certificates that lacks one", "live x.conf --certificates lab", 2, "node.pem", "lab") { Arranged = place => place.Write("lab/authority.pem", "") },
        new("certificates of nothing", "worker --join 127.0.0.1:4000 --certificates lab", 2, "lab", "Copy the folder again") { Arranged = place => Lab(place, 0) },
        new("certificates that others may read", "worker --join 127.0.0.1:4000 --certificates lab", 2, "lab/node.key", "chmod 600") { Arranged = place => Lab(place, UnixFileMode.GroupRead) },
    ];

    private static void Lab(Place place, UnixFileMode more)
    {
        foreach (var name in new[] { "authority.pem", "node.pem", "node.key", "secret" })
        {
            place.Write("lab/" + name, "");
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(place.PathOf("lab/" + name), UnixFileMode.UserRead | UnixFileMode.UserWrite | more);
        }
    }
}
