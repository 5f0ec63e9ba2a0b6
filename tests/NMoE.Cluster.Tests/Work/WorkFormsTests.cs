using System.Collections.Immutable;
using CsCheck;
using Google.Protobuf;
using NMoE.Cluster.Wire;
using NMoE.Cluster.Work;
using NMoE.Cluster.Work.Messages;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Protocol;
using NMoE.Learning.Data;
using NMoE.Learning.Identity;
using NMoE.Learning.Models;
using static NMoE.Cluster.Tests.Work.Board.BoardTroubles;

namespace NMoE.Cluster.Tests.Work;

/// <summary>What coordinator and workers say, as bytes.</summary>
public sealed class WorkFormsTests
{
    private static readonly string s_key = new('a', 64);

    [Fact]
    public void Every_message_comes_back_as_it_went()
    {
        var hello = (WorkerHello)Back(new WorkerHello(3, ImmutableSortedDictionary<string, string>.Empty.Add("fedce", "code=1"), [Blob(1), Blob(2)]));
        Assert.Equal((3, "code=1", 2), (hello.Threads, hello.Prints["fedce"], hello.Holds.Length));
        Assert.Equal<BlobRef>([Blob(1), Blob(2)], hello.Holds);
        var data = new DataSpec("cifar10", "abc", 9);
        var digits = new PictureForm(new(1, 28, 30), PictureTraits.Grey(0.1, 0.3) with { Mirror = Mirroring.Never }, 62);
        var users = new UserRows([.. Enumerable.Repeat(200, 3500)], [.. Enumerable.Repeat(20, 3500)]);
        foreach (var other in new[] { data with { Form = digits }, data with { Form = digits, Users = users }, data with { Reading = new() { Size = new(28, 30), Colour = PictureColour.Grey, Train = 7 } } })
        {
            var probe = new WorkerProbe(other, new(new ModelSpec(16, 62) { Shape = other.Form.Shape }, 1));
            Assert.Equal(probe, Back(probe));
        }

        StepProbe[] steps =
        [
            new(new ModelSpec(16, 10), 1), new(new ModelSpec(128, 1024) { Norm = NormKind.Batch }, 65_536), new(new ModelSpec(64, 2) { Precision = Precision.BFloat16, Extractor = "cnn", Expert = "mlp-64" }, 32),
            new(new ModelSpec(16, 62) { Shape = digits.Shape, Traits = digits.Traits }, 10), new(new ModelSpec(16, 10) { Traits = new([0.1, 0.2, 0.3], [1, 0.5, 0.25]) }, 10),
        ];
        Assert.All(steps, step => Assert.Equal(new WorkerProbe(data, step), Back(new WorkerProbe(data, step))));

        // What is left out on its way gives another step on the worker: each part of a model is otherwise in one of them. (A gate is trained in no step.)
        Assert.All(
            typeof(ModelSpec).GetProperties().Where(part => part.CanWrite && part.Name != nameof(ModelSpec.Gate)),
            part => Assert.Contains(steps, step => !Equals(part.GetValue(step.Model), part.GetValue(steps[0].Model))));
        var several = new WorkerProbe(new("generated", "generated-2", 1), new(new ModelSpec(16, 10), 1)) { Others = [new WorkerProbe(new("generated", "generated-2", 2), new(new ModelSpec(32, 10), 64))] };
        Assert.Equal(several.All.Select(probe => (probe.Data, probe.Step)), ((WorkerProbe)Back(several)).All.Select(probe => (probe.Data, probe.Step)));
        Assert.Equal(new WorkerProbed(s_key), Back(new WorkerProbed(s_key)));
        Assert.Equal(new WorkerAdmitted(7), Back(new WorkerAdmitted(7)));
        Assert.Equal(new WorkerRefused("why"), Back(new WorkerRefused("why")));
        Assert.Equal(new WorkerUnknown(), Back(new WorkerUnknown()));
        var wanted = (WorkWanted)Back(new WorkWanted(2, [s_key]));
        Assert.Equal((2, s_key), (wanted.Jobs, Assert.Single(wanted.Has)));
        Assert.Equal(new WorkerLeaves("done"), Back(new WorkerLeaves("done")));
        Assert.Equal(new JobWithdrawn(s_key), Back(new JobWithdrawn(s_key)));
        Assert.Equal(Blob(5), ((JobOffer)Back(new JobOffer(s_key, new Parcel(default, Blob(5))))).Job.Blob);
        var ended = (JobEnded)Back(new JobEnded(s_key, new Parcel(new byte[] { 1, 2 }, null), TimeSpan.FromSeconds(1), 45, TimeSpan.FromTicks(3)));
        Assert.Equal((s_key, TimeSpan.FromSeconds(1), 45, 3), (ended.Key, ended.Time, ended.MovedBytes, ended.MovingTime.Ticks));
        Assert.Equal([1, 2], ended.Result.Inside.ToArray());
        Assert.Null(((JobEnded)Back(new JobEnded(s_key, new Parcel(new byte[] { 1 }, null), null, 0, default))).Time);
        var returned = (JobReturned)Back(new JobReturned(s_key, "disk", [Blob(3)]));
        Assert.Equal((s_key, "disk", Blob(3)), (returned.Key, returned.Reason, Assert.Single(returned.Missing)));
        Assert.Equal(new JobBroke(s_key, "no", JobFault.Experiment), Back(new JobBroke(s_key, "no", JobFault.Experiment)));
        Assert.Equal(new StatusWanted(), Back(new StatusWanted()));
        var status = (WorkStatus)Back(new WorkStatus(
            "x", "extractor", 1.5, [new("127.0.0.1:1", ["worker"], "up", true)], [new(1, "127.0.0.1:1", 2, 1, ["fedce"])], 3, 4, 5, 6, 7, 8, new(9, 10, 11)));
        Assert.Equal(("x", "extractor", 1.5, 3, 4, 5, 6, 7, 8, new MovingCost(9, 10, 11)), (
            status.Experiment, status.Stage, status.VirtualSeconds, status.Queued, status.UnderWay, status.Run, status.Remembered, status.Received, status.Sent, status.Moving));
        Assert.Equal(("127.0.0.1:1", "worker", true), (status.Members[0].Address, status.Members[0].Roles[0], status.Members[0].Unreachable));
        Assert.Equal((1, 2, 1, "fedce"), (status.Workers[0].Number, status.Workers[0].Threads, status.Workers[0].Wanted, status.Workers[0].Running[0]));
    }

    [Fact]
    public void Jobs_and_results_come_back_to_the_bit()
    {
        var job = new Job("fedce", "{\"a\":\"ü\"}", [Blob(1), Blob(1), Blob(2)], ulong.MaxValue);
        var back = Parcels.JobOf(Parcels.Pack(job, null!).Inside);
        Assert.Equal(JobKey.Of("", job), JobKey.Of("", back));
        var result = new JobResult(
            [Blob(3)], ImmutableSortedDictionary.Create<string, double>(StringComparer.Ordinal).Add("loss", double.NaN).Add("b", 0.1).Add("B", double.NegativeInfinity), [-1, int.MaxValue]);
        var came = Parcels.ResultOf(Parcels.Pack(result, null!).Inside);
        Assert.Equal(result.Outputs.AsEnumerable(), came.Outputs);
        Assert.Equal(result.Metrics, came.Metrics);
        Assert.Equal(["B", "b", "loss"], came.Metrics.Keys);
        Assert.Equal(result.Integers.AsEnumerable(), came.Integers);
    }

    [Fact]
    public void Bytes_that_are_no_message_are_refused_and_never_break_anything() =>
        Gen.Select(Gen.Int[0, WorkForms.All.Length - 1], Gen.Byte.Array[0, 200]).Sample((form, bytes) =>
        {
            try
            {
                Assert.IsType(WorkForms.All[form].Type, WorkForms.All[form].Read(bytes));
            }
            catch (Exception refused) when (refused is WireException or InvalidProtocolBufferException)
            {
                // As it should be.
            }
        });

    [Fact]
    public void What_cannot_be_is_refused()
    {
        Refused<WorkerHello>(new Cluster.Work.Wire.WorkerHello());
        Refused<WorkerHello>(new Cluster.Work.Wire.WorkerHello { Threads = 1, Prints = { new Cluster.Work.Wire.KindPrint { Kind = "a" }, new Cluster.Work.Wire.KindPrint { Kind = "a" } } });
        Refused<WorkWanted>(new Cluster.Work.Wire.WorkWanted { Jobs = uint.MaxValue });
        Refused<JobWithdrawn>(new Cluster.Work.Wire.JobWithdrawn { Key = ByteString.CopyFromUtf8("../../etc/passwd") });
        Refused<JobOffer>(new Cluster.Work.Wire.JobOffer { Key = ByteString.CopyFrom(new byte[32]) });
        Assert.Throws<WireException>(() => Parcels.ResultOf(new Cluster.Work.Wire.Result
        {
            Metrics = { new Cluster.Work.Wire.Metric { Name = "a" }, new Cluster.Work.Wire.Metric { Name = "a" } },
        }.ToByteArray()));
    }

    [Fact]
    public void A_training_step_that_no_experiment_has_is_refused()
    {
        Refused<WorkerProbe>(new Cluster.Work.Wire.WorkerProbe { Data = "generated" });
        Refused<WorkerProbe>(new Cluster.Work.Wire.WorkerProbe { Step = new() { Width = 16, Classes = 10, Batch = 1 }, Others = { new Cluster.Work.Wire.WorkerProbe { Step = new() { Width = 16, Classes = 10, Batch = 1 }, Others = { new Cluster.Work.Wire.WorkerProbe() } } } });
        Action<Cluster.Work.Wire.TrainingStep>[] wrong =
        [
            step => step.Width = 0, step => step.Width = 17, step => step.Width = 144, step => step.Width = uint.MaxValue - 15,
            step => step.Classes = 1, step => step.Classes = 1025, step => step.Norm = 2, step => step.Precision = 2,
            step => step.Batch = 0, step => step.Batch = 65_537, step => step.Batch = uint.MaxValue,
            step => step.Traits = new() { Mean = { 0.1, 0.1 }, Deviation = { 1, 1 } }, step => step.Traits = new() { Mean = { 0.1, 0.1, 0.1 }, Deviation = { 1, 1, 0 } },
            step => step.Traits = new() { Mean = { 0.1, 0.1, double.NaN }, Deviation = { 1, 1, 1 } }, step => step.Traits = new() { Mean = { 0.1, 0.1, 0.1 }, Deviation = { 1, 1, double.PositiveInfinity } },
            step => step.Extractor = "vgg", step => step.Expert = "mlp-0", step => (step.Extractor, step.Pictures) = ("lenet5", new() { Channels = 1, Height = 4, Width = 4 }),
        ];
        var right = new Cluster.Work.Wire.TrainingStep { Width = 16, Classes = 10, Batch = 32 };
        Assert.IsType<WorkerProbe>(Form(typeof(WorkerProbe)).Read(new Cluster.Work.Wire.WorkerProbe { Step = right }.ToByteArray()));
        foreach (var spoil in wrong)
        {
            var step = right.Clone();
            spoil(step);
            Refused<WorkerProbe>(new Cluster.Work.Wire.WorkerProbe { Step = step });
        }

        Refused<WorkerProbed>(new Cluster.Work.Wire.WorkerProbed { Sha256 = ByteString.CopyFrom(new byte[31]) });
        Refused<WorkerAdmitted>(new Cluster.Work.Wire.WorkerAdmitted());
    }

    private static void Refused<T>(Google.Protobuf.IMessage message) => Assert.Throws<WireException>(() => Form(typeof(T)).Read(message.ToByteArray()));

    private static WireForm Form(Type type) => WorkForms.All.Single(form => form.Type == type);

    private static object Back(object message)
    {
        var form = Form(message.GetType());
        var bytes = form.Write(message).ToByteArray();
        Assert.InRange(bytes.Length, 0, form.MaxBytes);
        return form.Read(bytes);
    }
}
