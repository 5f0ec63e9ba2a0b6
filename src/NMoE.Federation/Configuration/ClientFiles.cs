using System.Security.Cryptography;
using System.Text;
using NMoE.Federation.Settings;
using NMoE.Learning.Partitions;

namespace NMoE.Federation.Configuration;

/// <summary>Reads the file that says whose each picture is, where an experiment names one.</summary>
internal static class ClientFiles
{
    private static readonly string s_key = KeyPath.Of(all => all.Data.PartitionFile);

    /// <summary>The file, and SHA-256 of what stands in it; null where pictures are dealt otherwise.</summary>
    /// <exception cref="ConfigurationException">There is none, or a row of it is wrong.</exception>
    public static (ClientFile File, string Content)? Read(ExperimentSettings settings, Values values, Func<string, string?> open)
    {
        var (data, remedy) = (settings.Data, "Name a file with the columns picture and client, as docs/data.md describes it");
        if (data.Partition != FilePartition.PartitionName)
            return null;
        if (data.PartitionFile.Length == 0)
            throw new ConfigurationException(values.Origin(s_key), s_key, $"{KeyPath.Of(all => all.Data.Partition)} = file, and no file is named", remedy);
        var text = open(data.PartitionFile) ?? throw new ConfigurationException(values.Origin(s_key), s_key, $"there is no file '{data.PartitionFile}'", remedy);
        try
        {
            return (ClientFile.Read(data.PartitionFile, text, settings.Experiment.Clients), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
        }
        catch (ClientFileException fault)
        {
            throw new ConfigurationException(new Origin(data.PartitionFile, fault.Line, 0), s_key, fault.Problem, fault.Remedy);
        }
    }
}
