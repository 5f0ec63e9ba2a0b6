using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Jobs;
using NMoE.Learning.SelfSupervised;

namespace NMoE.Learning.Tests.SelfSupervised;

public sealed class ReleaseFunctionTests
{
    private const int Side = 160;
    private const double Sigma = 0.7;

    /// <summary>The diagonal of (E + E^T)/2 has variance sigma^2, what lies off it sigma^2 / 2; the sample variance of N has a relative standard error of sqrt(2/N).</summary>
    [Fact]
    public void The_noise_has_the_mean_and_the_variances_that_calibration_promises()
    {
        var diagonal = new List<double>();
        var above = new List<double>();
        for (ulong secret = 0; secret < 8; secret++)
        {
            var noise = Released(secret, new float[Side * Side]);
            for (var row = 0; row < Side; row++)
            {
                diagonal.Add(noise[(row * Side) + row]);
                for (var column = row + 1; column < Side; column++)
                {
                    above.Add(noise[(row * Side) + column]);
                    Assert.Equal(noise[(row * Side) + column], noise[(column * Side) + row]);
                }
            }
        }

        AssertMoments(diagonal, Sigma * Sigma);
        AssertMoments(above, Sigma * Sigma / 2);
    }

    [Fact]
    public void The_same_matrix_gets_the_same_noise_and_is_no_second_release() =>
        Assert.Equal(Released(1, Ramp(0)), Released(1, Ramp(0)));

    [Fact]
    public void Another_matrix_or_another_secret_gets_other_noise()
    {
        var difference = Released(1, Ramp(0)).Zip(Released(1, Ramp(1e-3f)), (a, b) => (double)a - b).ToArray();
        Assert.True(difference.Average(value => value * value) > Sigma * Sigma / 2, "The noise cancels.");
        Assert.NotEqual(Released(1, Ramp(0)), Released(2, Ramp(0)));
    }

    private static void AssertMoments(List<double> values, double variance)
    {
        Assert.Equal(0, values.Average(), 3 * Math.Sqrt(variance / values.Count));
        Assert.Equal(variance, values.Average(value => value * value), 3 * variance * Math.Sqrt(2.0 / values.Count));
    }

    private static float[] Ramp(float shift) => [.. Enumerable.Range(0, Side * Side).Select(i => (i * 1e-4f) + shift)];

    private static float[] Released(ulong secret, float[] matrix)
    {
        var file = SafeTensors.Write(
            [new TensorBlob("correlation", TensorType.F32, [Side, Side], MemoryMarshal.AsBytes(matrix.AsSpan()).ToArray())]);
        var job = LearningJob.Create(new ReleaseParameters(Sigma), secret);
        var output = new ReleaseFunction().Run(new JobContext(job, [file], CancellationToken.None));
        return MemoryMarshal.Cast<byte, float>(SafeTensors.Read(output.Blobs[0])["correlation"].Data.Span).ToArray();
    }
}
