using System.Collections.Immutable;
using NMoE.Cli.Commands;
using NMoE.Cli.Doctor;
using NMoE.Learning.Data;
using NMoE.Learning.Devices;
using NMoE.Reporting;

namespace NMoE.Cli.Tests.Doctor;

public sealed class DoctorCheckTests
{
    [Fact]
    public void The_native_library_of_this_build_loads() =>
        Assert.Equal(FindingLevel.Good, Assert.Single(new NativeLibraryCheck().Look()).Level);

    [Fact]
    public void What_the_loader_says_is_told_with_what_would_be_right()
    {
        var finding = Assert.Single(new NativeLibraryCheck(() => throw new MissingLibraryException("libtorch", "it needs a newer libstdc++", "Use Debian 13.")).Look());

        Assert.Equal((FindingLevel.Broken, "libtorch does not load: it needs a newer libstdc++", "Use Debian 13."), (finding.Level, finding.Detail, finding.Remedy));
    }

    [Fact]
    public void A_library_that_loads_and_fails_is_told_in_one_line()
    {
        var finding = Assert.Single(new NativeLibraryCheck(() => throw new TypeInitializationException("torch", new NotSupportedException("No kernel.\nTrace: a, b"))).Look());

        Assert.Equal("libtorch loads, yet does not compute (No kernel)", finding.Detail);
    }

    [Fact]
    public void Figures_that_cannot_be_drawn_are_no_reason_not_to_run()
    {
        var finding = Assert.Single(new FontsCheck(_ => throw new FigureNotDrawnException(new TypeInitializationException("Skia", new DllNotFoundException("Unable to load libSkiaSharp.\nmore")))).Look());

        Assert.Equal(FindingLevel.Advice, finding.Level);
        Assert.StartsWith("A figure was not drawn: Unable to load libSkiaSharp. Start the program with ./nmoe", finding.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_that_counts_wrong_is_broken() =>
        Assert.Equal(FindingLevel.Broken, Assert.Single(new NativeLibraryCheck(() => 9.5).Look()).Level);

    [Fact]
    public void The_fonts_of_figures_have_the_letters_of_labels() =>
        Assert.Equal(FindingLevel.Good, Assert.Single(new FontsCheck().Look()).Level);

    [Fact]
    public void Fonts_without_letters_are_broken() =>
        Assert.Equal(FindingLevel.Broken, Assert.Single(new FontsCheck(_ => false).Look()).Level);

    [Theory]
    [InlineData(4L << 30, FindingLevel.Good)]
    [InlineData((4L << 30) - 1, FindingLevel.Advice)]
    public void Under_4_GiB_one_thread_is_advised(long memory, FindingLevel level) =>
        Assert.Equal(level, new MachineCheck(new(2, memory, "Linux, X64")).Look().Single(finding => finding.Subject == "memory").Level);

    [Fact]
    public void Avx512_asked_of_a_CPU_without_it_is_broken() =>
        Assert.Equal(FindingLevel.Broken, Find("CPU capability", "avx2", ("ATEN_CPU_CAPABILITY", "avx512")).Level);

    [Fact]
    public void Variables_that_are_not_pinned_are_named()
    {
        var finding = Find("vector units", "avx2", ("ATEN_CPU_CAPABILITY", "avx2"));

        Assert.Equal(FindingLevel.Advice, finding.Level);
        Assert.Equal("not pinned: ONEDNN_MAX_CPU_ISA, MKL_CBWR", finding.Detail);
    }

    [Fact]
    public void A_native_choice_is_respected() =>
        Assert.Equal(FindingLevel.Good, Find("vector units", "avx512", ("NMOE_ISA", "native")).Level);

    [Fact]
    public void More_than_one_thread_a_job_is_advised_against() =>
        Assert.Equal("OMP_NUM_THREADS should be 1", Find("threads of a job", "avx2", ("OMP_NUM_THREADS", "2"), ("MKL_NUM_THREADS", "1")).Detail);

    [Fact]
    public void A_CPU_without_bf16_products_is_told_that_they_would_be_emulated()
    {
        var finding = Bf16("avx512", "fpu avx2 avx512f", ("ONEDNN_MAX_CPU_ISA", "AVX512_CORE"), ("NMOE_ISA", "avx512"));

        Assert.Equal(FindingLevel.Advice, finding.Level);
        Assert.Contains("would be emulated", finding.Detail, StringComparison.Ordinal);
        Assert.Contains("model.precision=fp32", finding.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("avx512", "AVX512_CORE", "NMOE_ISA=avx512")]
    [InlineData("avx2", "AVX2", "NMOE_ISA=avx2")]
    [InlineData("baseline", "SSE41", "NMOE_ISA=baseline")]
    public void Bf16_products_that_the_launcher_pins_away_are_named_with_the_variable_that_does_it(string isa, string ceiling, string named)
    {
        var finding = Bf16("avx512", "avx512f avx512_bf16", ("ONEDNN_MAX_CPU_ISA", ceiling), ("NMOE_ISA", isa));

        Assert.Equal(FindingLevel.Advice, finding.Level);
        Assert.Contains($"yet {named} pins them away", finding.Detail, StringComparison.Ordinal);
        Assert.Contains("NMOE_ISA=avx512-bf16", finding.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Bf16_products_are_good_where_the_CPU_has_them_and_nothing_pins_them_away()
    {
        Assert.Equal(FindingLevel.Good, Bf16("avx512", "avx512f avx512_bf16", ("ONEDNN_MAX_CPU_ISA", "AVX512_CORE_BF16"), ("NMOE_ISA", "avx512-bf16")).Level);
        Assert.Equal(FindingLevel.Good, Bf16("avx512", "avx512f avx512_bf16 amx_bf16", ("NMOE_ISA", "native")).Level);
    }

    [Fact]
    public void On_arm_nothing_is_said_of_bf16_products() =>
        Assert.DoesNotContain(new NumericsCheck(new("arm64", ImmutableSortedDictionary<string, string>.Empty)).Look(), finding => finding.Subject == "bf16 products");

    [Fact]
    public void The_flags_are_those_of_the_first_CPU()
    {
        const string text = "processor\t: 0\nmodel name\t: avx512_bf16 in name only\nflags\t\t: fpu avx2 avx512f\nbugs\t\t: spectre_v1\n\nprocessor\t: 1\nflags\t\t: fpu avx512_bf16\n";

        Assert.Equal(["avx2", "avx512f", "fpu"], Numerics.FlagsOf(text));
        Assert.Empty(Numerics.FlagsOf("processor : 0\n"));
    }

    [Theory]
    [InlineData(10L << 30, FindingLevel.Good)]
    [InlineData((10L << 30) - 1, FindingLevel.Advice)]
    [InlineData((1L << 30) - 1, FindingLevel.Broken)]
    public void Little_disk_space_is_told(long free, FindingLevel level) =>
        Assert.Equal(level, new StoreCheck(new("/store", free, null)).Look()[1].Level);

    [Fact]
    public void A_store_below_a_file_cannot_be_written()
    {
        var file = Path.GetTempFileName();
        try
        {
            var finding = Assert.Single(new StoreCheck(StorePlace.Try(Path.Combine(file, "store"))).Look());

            Assert.Equal(FindingLevel.Broken, finding.Level);
            Assert.Contains("compute.store.path", finding.Remedy, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Trying_a_store_that_is_not_there_leaves_nothing_behind()
    {
        var folder = Directory.CreateTempSubdirectory("nmoe-doctor-");
        try
        {
            var place = StorePlace.Try(Path.Combine(folder.FullName, "a", "b"));

            Assert.Null(place.Refusal);
            Assert.Empty(folder.EnumerateFileSystemInfos());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Absent_data_is_no_fault_because_generated_data_needs_none() =>
        Assert.Equal(FindingLevel.Advice, Data(null).Level);

    [Fact]
    public void Three_of_five_training_batches_can_be_used()
    {
        var finding = Data(["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "test_batch.bin"]);

        Assert.Equal(FindingLevel.Advice, finding.Level);
        Assert.StartsWith("3 of 5 training batches", finding.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_batch_is_broken_and_what_is_wrong_is_said()
    {
        var finding = Data(["test_batch.bin"], "/data/data_batch_1.bin: the file is cut short: it has 30729999 bytes.");

        Assert.Equal(FindingLevel.Broken, finding.Level);
        Assert.Contains("data_batch_1.bin: the file is cut short: it has 30729999 bytes", finding.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_not_the_official_ones_are_told_from_them()
    {
        string[] all = [.. Cifar10Folder.TrainFiles, Cifar10Folder.TestFile];
        Assert.Equal("complete in /data, the official files", Assert.Single(new DataCheck(new("/data", true, [.. all], [], [])).Look()).Detail);
        Assert.Equal("complete in /data, not the official files", Assert.Single(new DataCheck(new("/data", true, [.. all], ["test_batch.bin"], [])).Look()).Detail);
    }

    [Theory]
    [InlineData("data_batch_1.bin,test_batch.bin", "", false)]
    [InlineData("data_batch_1.bin", "", true)]
    [InlineData("test_batch.bin", "", true)]
    [InlineData("test_batch.bin", "data_batch_1.bin is cut short.", true)]
    public void Only_a_folder_that_cannot_be_used_is_to_be_moved_away(string whole, string problem, bool isMoved)
    {
        var remedy = Data(whole.Split(','), [.. problem.Split(',', StringSplitOptions.RemoveEmptyEntries)]).Remedy;

        Assert.Equal(isMoved, remedy!.StartsWith("Move /data away and run ./nmoe data get cifar10 --to /data,", StringComparison.Ordinal));
        Assert.DoesNotContain("Remove", remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_the_test_batch_is_broken() =>
        Assert.EndsWith("lacks test_batch.bin", Data(["data_batch_1.bin"]).Detail, StringComparison.Ordinal);

    [Theory]
    [InlineData("mnist", "train-images-idx3-ubyte.gz,train-labels-idx1-ubyte.gz,t10k-images-idx3-ubyte.gz,t10k-labels-idx1-ubyte.gz", FindingLevel.Good, "complete in ")]
    [InlineData("mnist", "train-images-idx3-ubyte,train-labels-idx1-ubyte.gz,t10k-images-idx3-ubyte,t10k-labels-idx1-ubyte.gz", FindingLevel.Good, "complete in ")]
    [InlineData("fashion-mnist", "train-images-idx3-ubyte.gz", FindingLevel.Advice, " lacks train-labels-idx1-ubyte.gz and 2 more")]
    [InlineData("cifar100", "train.bin", FindingLevel.Advice, " lacks test.bin")]
    [InlineData("emnist", null, FindingLevel.Good, "not fetched; ./nmoe data get emnist does")]
    public void Published_sets_are_said_to_be_there_or_not(string name, string? files, FindingLevel level, string detail)
    {
        var root = Directory.CreateTempSubdirectory("nmoe-sets-");
        try
        {
            foreach (var file in files?.Split(',') ?? [])
                File.WriteAllText(Path.Combine(root.CreateSubdirectory(name).FullName, file), "");

            var found = new SetsCheck(set => Path.Combine(root.FullName, set.Name)).Look();
            Assert.Equal(["mnist", "fashion-mnist", "emnist", "cifar100"], found.Select(one => one.Subject));
            var finding = found.Single(one => one.Subject == name);
            Assert.Equal(level, finding.Level);
            Assert.Contains(detail, finding.Detail, StringComparison.Ordinal);
            Assert.Equal(level == FindingLevel.Advice, finding.Remedy is not null);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [Fact]
    public void The_command_takes_folders_from_its_options_and_runs_further_checks()
    {
        var folder = Directory.CreateTempSubdirectory("nmoe-doctor-");
        try
        {
            var looked = new Looking();

            var code = DoctorCommand.Create("/dev/null/store", "/nowhere", looked).Parse(["--store", folder.FullName, "--json"]).Invoke();

            Assert.True(looked.HasLooked);
            Assert.Equal(0, code);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private sealed class Looking : IDoctorCheck
    {
        public bool HasLooked { get; private set; }

        public string Subject => "more";

        public IReadOnlyList<Finding> Look()
        {
            HasLooked = true;
            return [];
        }
    }

    private static Finding Find(string subject, string capability, params (string Name, string Value)[] variables) =>
        new NumericsCheck(new(capability, variables.ToImmutableSortedDictionary(variable => variable.Name, variable => variable.Value, StringComparer.Ordinal)))
            .Look().Single(finding => finding.Subject == subject);

    private static Finding Bf16(string capability, string flags, params (string Name, string Value)[] variables)
    {
        var set = variables.ToImmutableSortedDictionary(variable => variable.Name, variable => variable.Value, StringComparer.Ordinal);
        return new NumericsCheck(new(capability, set) { Flags = [.. flags.Split(' ')] }).Look().Single(finding => finding.Subject == "bf16 products");
    }

    private static Finding Data(string[]? files, params string[] problems) =>
        Assert.Single(new DataCheck(new("/data", files is not null, [.. files ?? []], [], [.. problems])).Look());
}
