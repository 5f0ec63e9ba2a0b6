using NMoE.Learning.Devices;

namespace NMoE.Learning.Tests.Devices;

/// <summary>A libtorch that lies elsewhere: where its libraries are, and what version it says it is.</summary>
public sealed class LibTorchFolderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("nmoe-libtorch-");

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Each row is a form in which a libtorch lies on disk: its libraries, what tells its version, what the file says, and what is read.</summary>
    [Theory]
    [InlineData("lib", "build-version", "2.10.0+cu128\n", "2.10.0+cu128")]
    [InlineData("lib", "version.py", "from typing import Optional\n__version__ = '2.10.1+cpu'\ndebug = False\n", "2.10.1+cpu")]
    [InlineData("torch/lib", "torch/version.py", "__version__ = '2.10.0'\n", "2.10.0")]
    [InlineData("lib", "include/torch/csrc/api/include/torch/version.h", "#define TORCH_VERSION_MAJOR 2\n#define TORCH_VERSION \"2.10.0\"\n", "2.10.0")]
    public void Its_version_is_read_from_what_lies_beside_it(string libraries, string file, string says, string version)
    {
        Write(libraries, file, says);
        var found = LibTorchFolder.Find(_folder.FullName, anyVersion: false);
        Assert.Equal((Path.Combine(_folder.FullName, libraries), version, false), (found.Path, found.Version, found.HasCuda));
        Assert.Equal(["libc10.so", "libtorch_cpu.so", "libtorch.so"], found.Libraries.Select(Path.GetFileName));
    }

    [Fact]
    public void A_distribution_writes_the_version_into_the_name_of_the_file()
    {
        Write("lib", "torch.txt", "");
        var library = Path.Combine(_folder.FullName, "lib", "libtorch_cpu.so");
        File.Move(library, library + ".2.10.3");
        File.CreateSymbolicLink(library, "libtorch_cpu.so.2.10.3");
        Assert.Equal("2.10.3", LibTorchFolder.Find(_folder.FullName, anyVersion: false).Version);
    }

    [Fact]
    public void Libraries_of_a_GPU_come_between_those_that_they_need()
    {
        Write("lib", "build-version", "2.10.0+cu128");
        foreach (var name in new[] { "libtorch_cuda.so", "libc10_cuda.so" })
            File.WriteAllText(Path.Combine(_folder.FullName, "lib", name), "");
        var found = LibTorchFolder.Find(_folder.FullName, anyVersion: false);
        Assert.True(found.HasCuda);
        Assert.Equal(["libc10.so", "libc10_cuda.so", "libtorch_cpu.so", "libtorch_cuda.so", "libtorch.so"], found.Libraries.Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("1.13.0a0")]
    [InlineData("2.1.0")]
    [InlineData("2.100.0")]
    [InlineData("2.11.0+cu130")]
    public void Another_version_is_refused_and_tried_on_request(string version)
    {
        Write("lib", "build-version", version);
        var refused = Assert.Throws<MissingLibraryException>(() => LibTorchFolder.Find(_folder.FullName, anyVersion: false));
        Assert.Equal(
            $"libtorch does not load: NMOE_LIBTORCH is {_folder.FullName}, of version {version}, and TorchSharp 0.107.0 is built for 2.10. Write the folder of a libtorch 2.10.*, as an installed PyTorch has it "
            + "(python3 -c 'import torch; print(torch.__path__[0])') or unpacked. NMOE_LIBTORCH_VERSION=any tries this one all the same: what it computes nobody has checked, and it may crash",
            refused.Message);
        Assert.Equal(version, LibTorchFolder.Find(_folder.FullName, anyVersion: true).Version);
    }

    [Fact]
    public void A_folder_without_one_is_refused()
    {
        var refused = Assert.Throws<MissingLibraryException>(() => LibTorchFolder.Find(_folder.FullName, anyVersion: false));
        Assert.StartsWith($"libtorch does not load: NMOE_LIBTORCH is {_folder.FullName}, which holds no libc10.so, libtorch_cpu.so, libtorch.so, and nor do lib and torch/lib in it. Write the folder", refused.Message, StringComparison.Ordinal);
    }

    private void Write(string libraries, string file, string says)
    {
        var folder = _folder.CreateSubdirectory(libraries).FullName;
        foreach (var name in new[] { "libc10.so", "libtorch_cpu.so", "libtorch.so", "libtorch_python.so" })
            File.WriteAllText(Path.Combine(folder, name), "");
        var told = Path.Combine(_folder.FullName, file);
        Directory.CreateDirectory(Path.GetDirectoryName(told)!);
        File.WriteAllText(told, says);
    }
}
