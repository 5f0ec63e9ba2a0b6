using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using NMoE.Chance;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Jobs;
using NMoE.Learning.Privacy;
using NMoE.Learning.Tensors;
using NMoE.Learning.Training;

namespace NMoE.Learning.SelfSupervised;

/// <summary>
/// Runs <see cref="ReleaseParameters"/>. The bits behind the noise are SHA-256 of (seed, sigma, hash of R, counter): with the same noise at two sigmas, R could be solved for.
/// A private secret is the key of HMAC-SHA-256 over the same.
/// </summary>
/// <param name="secrets">The clients' private secrets.</param>
internal sealed class ReleaseFunction(ReleaseSecrets secrets) : IJobFunction
{
    private const int NumbersEach = 4;

    private delegate void Digest(ReadOnlySpan<byte> message, Span<byte> digest);

    public string Kind => ReleaseParameters.Kind;

    public JobOutput Run(JobContext context)
    {
        var settings = LearningJob.Parameters<ReleaseParameters>(context.Job);
        var sigma = settings.Sigma;
        Digest digest = settings.Key == NoiseKey.Private
            ? secrets.Find(context.Job.Seed).Authenticate
            : (message, hash) => SHA256.HashData(message, hash);
        var blob = TensorBlobs.Find(context.Inputs[0], Projections.Correlation, TensorType.F32);
        var side = (int)blob.Shape[0];
        var values = MemoryMarshal.Cast<byte, float>(blob.Data.Span).ToArray();
        var noise = Noise(digest, context.Job.Seed, sigma, SHA256.HashData(context.Inputs[0].Span), side * side);
        for (var row = 0; row < side; row++)
        {
            for (var column = 0; column < side; column++)
            {
                values[(row * side) + column] += (float)(sigma * (noise[(row * side) + column] + noise[(column * side) + row]) / 2);
            }
        }

        return Output.Of(SafeTensors.Write([blob with { Data = MemoryMarshal.AsBytes<float>(values).ToArray() }]));
    }

    public JobForecast Forecast(Job job) => JobForecast.OneBlob(0, job.Inputs[0].Bytes);

    /// <summary>Standard normal numbers, by the quantile of uniform ones of 52 bits.</summary>
    private static double[] Noise(Digest hash, ulong seed, double sigma, ReadOnlySpan<byte> content, int count)
    {
        var numbers = new double[count];
        var message = new byte[sizeof(ulong) + sizeof(double) + content.Length + sizeof(int)];
        BinaryPrimitives.WriteUInt64LittleEndian(message, seed);
        BinaryPrimitives.WriteDoubleLittleEndian(message.AsSpan(sizeof(ulong)), sigma);
        content.CopyTo(message.AsSpan(sizeof(ulong) + sizeof(double)));
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        for (var i = 0; i < count; i++)
        {
            if (i % NumbersEach == 0)
            {
                BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(message.Length - sizeof(int)), i / NumbersEach);
                hash(message, digest);
            }

            var bits = BinaryPrimitives.ReadUInt64LittleEndian(digest[(i % NumbersEach * sizeof(ulong))..]);
            numbers[i] = Normal.Quantile(((bits >> 12) + 0.5) / (1UL << 52));
        }

        return numbers;
    }
}
