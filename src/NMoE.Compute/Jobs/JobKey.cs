using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace NMoE.Compute.Jobs;

/// <summary>The name under which a job's result is remembered.</summary>
public static class JobKey
{
    /// <summary>SHA-256 over a canonical, length-prefixed form of all that determines the bits.</summary>
    /// <param name="fingerprint">Identity of code and machine.</param>
    /// <param name="job">The job.</param>
    /// <returns>64 hexadecimal digits.</returns>
    public static string Of(string fingerprint, Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        var text = new StringBuilder("nmoe-job/1\n");
        Append(text, fingerprint);
        Append(text, job.Kind);
        Append(text, job.Parameters);
        Append(text, job.Seed.ToString(CultureInfo.InvariantCulture));
        foreach (var input in job.Inputs)
        {
            Append(text, input.Hash.Hex);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static void Append(StringBuilder text, string? part) =>
        text.Append(CultureInfo.InvariantCulture, $"{part?.Length ?? 0}:{part}\n");
}
