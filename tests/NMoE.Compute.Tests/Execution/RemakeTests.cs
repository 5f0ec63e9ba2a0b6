using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;

namespace NMoE.Compute.Tests.Execution;

public sealed class RemakeTests : ExecutorSpec
{
    [Fact]
    public void Missing_inputs_are_made_again_down_the_chain()
    {
        BlobRef top;
        using (var first = Executor())
        {
            var a = Output(first.Submit(Toy.Job("join", 1)));
            var b = Output(first.Submit(Toy.Job("join", 2, a)));
            top = Output(first.Submit(Toy.Job("join", 3, b, a)));
        }

        Lose("*.safetensors");
        using var second = Executor();
        Assert.Equal("p/3(p/2(p/1())+p/1())", Toy.Text(second.ReadBlob(top)));
        Assert.Equal((3, 0), Run(second));
        Assert.Equal(6, JoinKind.Ran.Count);
    }

    [Fact]
    public void A_job_that_gives_its_input_back_does_not_become_its_maker()
    {
        BlobRef blob;
        using (var first = Executor())
        {
            blob = Output(first.Submit(Toy.Job("join", 1)));
            Assert.Equal(blob, Output(first.Submit(Toy.Job("same", 1, blob))));
        }

        Lose("*.safetensors");
        using var second = Executor();
        Assert.Equal("p/1()", Toy.Text(second.ReadBlob(blob)));
    }

    [Fact]
    public void A_blob_that_needs_itself_is_an_error_and_not_a_loop()
    {
        BlobRef blob;
        using (var first = Executor())
        {
            blob = Store().Put("text"u8.ToArray());
            first.Submit(Toy.Job("same", 1, blob)).Wait(default);
        }

        Lose("*.safetensors");
        using var second = Executor();
        Assert.Contains("needs it", Assert.Throws<RemakeException>(() => second.ReadBlob(blob)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void A_torn_input_is_set_aside_and_made_again(int bytesLeft)
    {
        using var executor = Executor();
        var a = Output(executor.Submit(Toy.Job("join", 1)));
        using (var file = File.OpenWrite(Assert.Single(Folder.Files("*.safetensors"))))
            file.SetLength(bytesLeft);

        var b = executor.Submit(Toy.Job("join", 2, a));
        Assert.Equal("p/2(p/1())", Toy.Text(executor.ReadBlob(Output(b))));
        Assert.Single(Directory.GetFiles(Path.Combine(Folder.Path, "quarantine")));
        Assert.Equal(3, JoinKind.Ran.Count);
        Assert.Equal((2, 0), Run(executor));
    }

    [Fact]
    public void A_torn_record_is_run_again()
    {
        using (var first = Executor())
            first.Submit(Toy.Job("join", 1)).Wait(default);
        File.WriteAllText(Assert.Single(Folder.Files("*.json")), "{");
        using var second = Executor();
        second.Submit(Toy.Job("join", 1)).Wait(default);
        Assert.Equal((1, 0), Run(second));
    }

    [Fact]
    public void A_blob_that_comes_out_otherwise_is_an_error_with_both_hashes()
    {
        var runs = 0;
        var fickle = new Toy("fickle", _ => $"{runs++}");
        using var executor = new LocalExecutor(Store(), [fickle, JoinKind], _ => "code", 1);
        var blob = Output(executor.Submit(Toy.Job("fickle", 1)));
        Lose("*.safetensors");

        var failed = Assert.Throws<JobFailedException>(() => executor.Submit(Toy.Job("join", 2, blob)).Wait(default));
        var error = Assert.IsType<RemakeException>(failed.InnerException);
        // sha256sum of the texts "0" and "1".
        Assert.Contains("5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9", error.Message, StringComparison.Ordinal);
        Assert.Contains("6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_blob_that_nobody_made_is_an_error_with_its_hash()
    {
        using var executor = Executor();
        var missing = new BlobRef(new(new string('a', 64)), 1);
        Assert.Contains(missing.Hash.Hex, Assert.Throws<RemakeException>(() => executor.ReadBlob(missing)).Message, StringComparison.Ordinal);
    }
}
