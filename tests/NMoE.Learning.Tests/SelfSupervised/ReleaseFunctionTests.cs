using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using NMoE.Chance;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Jobs;
using NMoE.Learning.Privacy;
using NMoE.Learning.SelfSupervised;

namespace NMoE.Learning.Tests.SelfSupervised;

public sealed class ReleaseFunctionTests
{
    private const int Side = 160;
    private const double Sigma = 0.7;

    /// <summary>The diagonal of (E + E^T)/2 has variance sigma^2, what lies off it sigma^2 / 2; the sample variance of N has a relative standard error of sqrt(2/N).</summary>
    [Theory]
    [InlineData(NoiseKey.Seed)]
    [InlineData(NoiseKey.Private)]
    public void The_noise_has_the_mean_and_the_variances_that_calibration_promises(NoiseKey key)
    {
        var diagonal = new List<double>();
        var above = new List<double>();
        for (byte secret = 0; secret < 8; secret++)
        {
            var noise = key == NoiseKey.Seed ? Released(secret, new float[Side * Side]) : Released(Secret(secret), new float[Side * Side]);
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
    public void The_same_matrix_gets_the_same_noise_and_is_no_second_release()
    {
        Assert.Equal(Released(1, Ramp(0)), Released(1, Ramp(0)));
        Assert.Equal(Released(Secret(1), Ramp(0)), Released(Secret(1), Ramp(0)));
    }

    [Fact]
    public void Another_matrix_or_another_secret_gets_other_noise()
    {
        var difference = Released(1, Ramp(0)).Zip(Released(1, Ramp(1e-3f)), (a, b) => (double)a - b).ToArray();
        Assert.True(difference.Average(value => value * value) > Sigma * Sigma / 2, "The noise cancels.");
        difference = [.. Released(Secret(1), Ramp(0)).Zip(Released(Secret(1), Ramp(1e-3f)), (a, b) => (double)a - b)];
        Assert.True(difference.Average(value => value * value) > Sigma * Sigma / 2, "The private noise cancels.");
        Assert.NotEqual(Released(1, Ramp(0)), Released(2, Ramp(0)));
        Assert.NotEqual(Released(Secret(1), Ramp(0)), Released(Secret(2), Ramp(0)));
    }

    /// <summary>Taken before there were private secrets: the releases of finished runs are still theirs.</summary>
    [Fact]
    public void Noise_from_a_seed_has_kept_its_bits_and_its_job_its_name()
    {
        var bytes = MemoryMarshal.AsBytes(Released(1, Ramp(0)).AsSpan());
        Assert.StartsWith("26c266d7ba473cbb4f76f43b1edd386460d942f20", Convert.ToHexStringLower(SHA256.HashData(bytes)), StringComparison.Ordinal);
        Assert.Equal("""{"Sigma":0.7}""", LearningJob.Create(new ReleaseParameters(Sigma), 1).Parameters);
    }

    /// <summary>The first element, worked out from the secret itself: who has only the job cannot.</summary>
    [Fact]
    public void Private_noise_is_keyed_by_the_secret_that_the_jobs_seed_names()
    {
        var bits = Enumerable.Repeat((byte)9, NoiseSecret.Size).ToArray();
        var message = new byte[8 + 8 + 32 + 4];
        BinaryPrimitives.WriteUInt64LittleEndian(message, new NoiseSecret(bits).KeyId);
        BinaryPrimitives.WriteDoubleLittleEndian(message.AsSpan(8), Sigma);
        SHA256.HashData(File(Ramp(0)), message.AsSpan(16));
        var uniform = ((BinaryPrimitives.ReadUInt64LittleEndian(HMACSHA256.HashData(bits, message)) >> 12) + 0.5) / Math.Pow(2, 52);
        Assert.Equal(Sigma * Normal.Quantile(uniform), Released(new NoiseSecret(bits), Ramp(0))[0], 1e-6);
    }

    [Fact]
    public void A_job_names_its_secret_and_says_nothing_of_it()
    {
        var bits = Enumerable.Range(0, NoiseSecret.Size).Select(i => (byte)(i * 7)).ToArray();
        Assert.Equal(
            BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData([.. Encoding.UTF8.GetBytes("nmoe/1/noise-secret/key-id"), .. bits])), new NoiseSecret(bits).KeyId);
        Assert.Equal(64, Enumerable.Range(0, 64).Select(client => new NoiseSecret(bits).Of(client).KeyId).Distinct().Count());
        Assert.Equal("NMoE.Learning.Privacy.NoiseSecret", new NoiseSecret(bits).ToString());
        Assert.DoesNotContain(typeof(NoiseSecret).GetProperties(), property => property.PropertyType != typeof(ulong));
    }

    [Fact]
    public void Without_the_secret_a_private_release_is_refused_by_the_secrets_name()
    {
        var job = LearningJob.Create(new ReleaseParameters(Sigma) { Key = NoiseKey.Private }, 0xabc);
        var error = Assert.Throws<SecretException>(
            () => new ReleaseFunction(ReleaseSecrets.None).Run(new JobContext(job, [File(Ramp(0))], CancellationToken.None)));
        Assert.Contains("0000000000000abc", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void A_secret_has_256_bits(int bytes) => Assert.Throws<SecretException>(() => new NoiseSecret(new byte[bytes]));

    private static NoiseSecret Secret(byte fill) => new(Enumerable.Repeat(fill, NoiseSecret.Size).ToArray());

    private static void AssertMoments(List<double> values, double variance)
    {
        Assert.Equal(0, values.Average(), 3 * Math.Sqrt(variance / values.Count));
        Assert.Equal(variance, values.Average(value => value * value), 3 * variance * Math.Sqrt(2.0 / values.Count));
    }

    private static float[] Ramp(float shift) => [.. Enumerable.Range(0, Side * Side).Select(i => (i * 1e-4f) + shift)];

    private static float[] Released(ulong seed, float[] matrix) =>
        Run(LearningJob.Create(new ReleaseParameters(Sigma), seed), ReleaseSecrets.None, matrix);

    private static float[] Released(NoiseSecret secret, float[] matrix) => Run(
        LearningJob.Create(new ReleaseParameters(Sigma) { Key = NoiseKey.Private }, secret.KeyId), ReleaseSecrets.Holding(secret), matrix);

    private static float[] Run(Job job, ReleaseSecrets secrets, float[] matrix)
    {
        var output = new ReleaseFunction(secrets).Run(new JobContext(job, [File(matrix)], CancellationToken.None));
        return MemoryMarshal.Cast<byte, float>(SafeTensors.Read(output.Blobs[0])["correlation"].Data.Span).ToArray();
    }

    private static byte[] File(float[] matrix) => SafeTensors.Write(
        [new TensorBlob("correlation", TensorType.F32, [Side, Side], MemoryMarshal.AsBytes(matrix.AsSpan()).ToArray())]);
}
