using NMoE.Learning.Cost;
using NMoE.Learning.Models;

namespace NMoE.Learning.Tests.Cost;

public sealed class LearningMemoryTests
{
    private static readonly ModelSpec Model = new(16, 10);

    /// <summary>Counted by hand from ResNet-18 for 32x32 pictures and the predictor D-512-256-128-C.</summary>
    [Fact]
    public void The_activations_of_a_picture_are_what_is_read_again_on_the_way_back()
    {
        // The stem and four convolutions at 32x32 with 16 channels; then four and a shortcut's with twice as many and half the side, three times.
        const long convolved = (5 * 16 * 1024) + (5 * 32 * 256) + (5 * 64 * 64) + (5 * 128 * 16);
        // A norm reads each convolution's output; a ReLU leaves what the next one reads, but none follows a shortcut's norm.
        const long shortcuts = (32 * 256) + (64 * 64) + (128 * 16);
        const long read = (3 * 32 * 32) + (2 * convolved) - shortcuts;
        const long latentAndLayers = 128 + 512 + 256 + 128 + 10;

        // Mean and deviation of the 8 groups of 20 norms.
        const long groups = 20 * 8 * 2;
        Assert.Equal(4 * (read + groups + latentAndLayers), LearningMemory.Activations(Model, ModelPart.Expert, 0));
        Assert.Equal(
            (2 * read) + (4 * (groups + latentAndLayers)),
            LearningMemory.Activations(Model with { Precision = Precision.BFloat16 }, ModelPart.Expert, 0));
    }

    [Fact]
    public void Training_takes_its_copies_of_the_parameters_and_the_activations_of_its_pictures()
    {
        // 697776 weights of convolutions and 2 * 1200 of norms; 231562 of the predictor.
        const long parameters = 697_776 + 2_400 + 231_562;
        Assert.Equal((12 * parameters) + (32 * 1_189_160L), LearningMemory.Training(Model, ModelPart.Expert, 0, LearningMemory.Copies, 32));
    }
}
