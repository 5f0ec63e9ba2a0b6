using System.Collections.Immutable;
using System.Text.Json;
using NMoE.Federation.Configuration;
using NMoE.Learning.Data;

namespace NMoE.Cli.Running;

/// <summary>An experiment as a command read it, for the processes that it starts: they read the same text, and no file of it again.</summary>
/// <param name="File">The experiment's file, as it was named.</param>
/// <param name="Sets">Overrides.</param>
/// <param name="Files">The content of every file that was read, by the name that it was asked for by.</param>
/// <param name="ConfigHash">What came of it.</param>
/// <param name="Data">The data set that was there.</param>
internal sealed record GivenExperiment(
    string File, ImmutableArray<string> Sets, ImmutableSortedDictionary<string, string> Files, string ConfigHash, DataSpec Data)
{
    /// <summary>Reads an experiment and looks at its data.</summary>
    /// <exception cref="ConfigurationException">Something in the files or overrides is wrong.</exception>
    /// <exception cref="DataException">The data cannot be opened.</exception>
    public static (GivenExperiment Given, EffectiveConfiguration Configuration) Read(string file, string[] sets)
    {
        var files = new InputFiles();
        var configuration = ExperimentReader.Read(file, sets, files.Open);
        var settings = configuration.Settings;
        return (
            new(file, [.. sets], files.Contents, configuration.ConfigHash, Places.Catalog(settings).Open(settings.Data.Name, settings.Seed, settings.Data.Reading).Spec),
            configuration);
    }

    /// <summary>Writes it for another process.</summary>
    /// <param name="path">A file that is not there yet.</param>
    /// <exception cref="IOException">It is there, or cannot be written.</exception>
    public void Write(string path)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        JsonSerializer.Serialize(file, this);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static GivenExperiment Load(string path) => JsonSerializer.Deserialize<GivenExperiment>(System.IO.File.ReadAllBytes(path))
        ?? throw new InvalidDataException($"'{path}' holds no experiment.");

    /// <summary>The configuration, which is that of the command.</summary>
    /// <exception cref="BadArgumentException">It is another one.</exception>
    public EffectiveConfiguration Configuration()
    {
        var read = ExperimentReader.Read(File, Sets, name => Files.GetValueOrDefault(name));
        return read.ConfigHash == ConfigHash ? read : throw new BadArgumentException(
            File, $"a process of this command read the configuration {read.ConfigHash[..12]}, and the command {ConfigHash[..12]}", "Start the command again");
    }

    /// <summary>Refuses data that changed since the command looked at it: what came of it would be compared with what came of other data.</summary>
    /// <exception cref="DataException">It did.</exception>
    public void CheckData(DataSpec here)
    {
        if (here != Data)
        {
            throw new DataException(
                here.Name, $"the content here has the hash {here.ContentHash}, and had {Data.ContentHash} when the command began",
                "Leave the files in data.path as they are while a command runs, and start it again.");
        }
    }
}
