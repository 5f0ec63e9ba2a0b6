using NMoE.Learning.Identity;
using NMoE.Learning.Models;

namespace NMoE.Learning.Tests.Identity;

/// <summary>What one training step of an experiment's model gives.</summary>
public sealed class StepProbeTests
{
    private static readonly StepProbe s_step = new(new ModelSpec(16, 10), 17);

    public StepProbeTests() => TorchThreads.Prepare();

    [Fact]
    public void The_same_step_gives_the_same_hash()
    {
        var hash = s_step.Hash();
        Assert.Matches("^[0-9a-f]{64}$", hash);
        Assert.Equal(hash, s_step.Hash());
    }

    [Fact]
    public void Steps_that_differ_in_width_batch_classes_norm_or_precision_give_other_hashes()
    {
        StepProbe[] steps =
        [
            s_step, s_step with { Batch = 18 }, s_step with { Model = new ModelSpec(32, 10) }, s_step with { Model = new ModelSpec(16, 2) },
            s_step with { Model = s_step.Model with { Norm = NormKind.Batch } }, s_step with { Model = s_step.Model with { Precision = Precision.BFloat16 } },
        ];
        Assert.Distinct(steps.Select(step => step.Hash()));
    }

    [Fact]
    public void The_largest_batch_costs_no_more_than_64_pictures() =>
        Assert.Equal((s_step with { Batch = 64 }).Hash(), (s_step with { Batch = 65_536 }).Hash());
}
