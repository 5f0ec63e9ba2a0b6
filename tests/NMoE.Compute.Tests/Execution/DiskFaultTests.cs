using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Compute.Store;

namespace NMoE.Compute.Tests.Execution;

/// <summary>What disks do to the files of a store: the same results come out, or a sentence says what is wrong with which file. A new fault is a new row.</summary>
public sealed class DiskFaultTests : ExecutorSpec
{
    private const string Result = "p/3(p/2(p/1())+p/1())";

    private static readonly SortedDictionary<string, Action<string>> s_harms = new(StringComparer.Ordinal)
    {
        ["is gone"] = File.Delete,
        ["is empty"] = path => File.WriteAllBytes(path, []),
        ["is torn"] = path => File.WriteAllBytes(path, File.ReadAllBytes(path)[..^1]),
        ["is rotten"] = path => File.WriteAllBytes(path, [.. File.ReadAllBytes(path).Select((value, place) => place == 3 ? (byte)(value ^ 4) : value)]),
        ["is longer"] = path => File.AppendAllText(path, "."),
        ["is beyond 2 GB"] = Lengthen,
        ["is a folder"] = path => ReplaceByFolder(path, isEmpty: true),
        ["is a folder with files"] = path => ReplaceByFolder(path, isEmpty: false),
        ["is a link that leads nowhere"] = path =>
        {
            File.Delete(path);
            File.CreateSymbolicLink(path, "nowhere");
        },
    };

    public static TheoryData<string, string> Harms
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var files in new[] { "records", "blobs", "producers" })
                foreach (var harm in s_harms.Keys)
                    rows.Add(files, harm);
            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Harms))]
    public void After_harm_to_one_kind_of_file_the_results_are_the_same_and_the_store_is_whole_again(string files, string harm)
    {
        var top = Computed();
        Harm(files, harm);
        using (var second = Executor())
        {
            Assert.Equal(top, Chain(second));
            Assert.Equal(Result, Toy.Text(second.ReadBlob(top)));
        }

        using var third = Executor();
        Chain(third);
        Assert.Equal(Result, Toy.Text(third.ReadBlob(top)));
        Assert.Equal((0, 3), Run(third));
    }

    /// <summary>Without its blobs and the notes of who made them a store must compute again, and says nothing untrue.</summary>
    [Theory]
    [MemberData(nameof(Harms))]
    public void After_harm_to_all_blobs_and_one_kind_of_file_the_results_are_the_same_or_the_missing_blob_is_named(string files, string harm)
    {
        var top = Computed();
        Harm(files, harm);
        Lose("*.safetensors");
        using var second = Executor();
        try
        {
            Assert.Equal(top, Chain(second));
            Assert.Equal(Result, Toy.Text(second.ReadBlob(top)));
        }
        catch (ComputeException refusal)
        {
            Assert.Contains(top.Hash.Hex[..12], refusal.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(9)]
    public void A_disk_that_is_full_from_some_file_on_is_said_and_with_room_again_the_same_comes_out(int room)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var made = 0;
        FileStream Create(string path)
        {
            if (made++ < room)
                return StoreFolder.CreateFile(path);
            File.CreateSymbolicLink(path, "/dev/full");
            return new(path, FileMode.Open, FileAccess.Write);
        }

        using (var full = new LocalExecutor(new(new(Folder.Path, 1 << 20), Create), [JoinKind], _ => "code", 1))
        {
            var failed = Assert.Throws<JobFailedException>(() => Chain(full));
            var cause = Assert.IsType<StoreException>(failed.InnerException);
            Assert.Equal(StoreFault.DiskFull, cause.Fault);
            Assert.Contains("the disk is full", cause.Message, StringComparison.Ordinal);
        }

        Assert.Empty(Directory.GetFiles(Path.Combine(Folder.Path, "tmp")));
        using var again = Executor();
        Assert.Equal(Result, Toy.Text(again.ReadBlob(Chain(again))));
    }

    [Theory]
    [InlineData("tmp")]
    [InlineData("records")]
    [InlineData("blobs")]
    [InlineData("quarantine")]
    public void A_file_where_a_folder_of_the_store_belongs_is_named(string name)
    {
        File.WriteAllText(Path.Combine(Folder.Path, name), "");
        Assert.Contains(Folder.Path, Assert.Throws<StoreException>(Store).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_in_place_of_the_lock_is_named()
    {
        Directory.CreateDirectory(Path.Combine(Folder.Path, "lock"));
        var store = new JobStore(new(Folder.Path, 10));
        Assert.Contains(Path.Combine(Folder.Path, "lock"), Assert.Throws<StoreException>(() => store.Put(new byte[20])).Message, StringComparison.Ordinal);
    }

    private BlobRef Computed()
    {
        using var first = Executor();
        return Chain(first);
    }

    private static BlobRef Chain(LocalExecutor executor)
    {
        var a = Output(executor.Submit(Toy.Job("join", 1)));
        var b = Output(executor.Submit(Toy.Job("join", 2, a)));
        return Output(executor.Submit(Toy.Job("join", 3, b, a)));
    }

    private void Harm(string files, string harm)
    {
        var paths = Directory.GetFiles(Path.Combine(Folder.Path, files), "*", SearchOption.AllDirectories);
        Assert.Equal(3, paths.Length);
        Array.ForEach(paths, s_harms[harm].Invoke);
    }

    private static void Lengthen(string path)
    {
        using var file = File.OpenWrite(path);
        file.SetLength(3L << 30);
    }

    private static void ReplaceByFolder(string path, bool isEmpty)
    {
        File.Delete(path);
        Directory.CreateDirectory(path);
        if (!isEmpty)
            File.WriteAllText(Path.Combine(path, "a-file"), "");
    }
}
