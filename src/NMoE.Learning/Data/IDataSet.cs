namespace NMoE.Learning.Data;

/// <summary>A data set that can be opened. A new one is one class, and one line in <see cref="DataSources"/>.</summary>
public interface IDataSet
{
    /// <summary>Its name in <c>data.name</c>.</summary>
    string Name { get; }

    /// <summary>What of an experiment's settings it reads; all others stay null, or one shard would have several keys.</summary>
    /// <param name="all">All of them.</param>
    DataReading Read(DataReading all) => DataReading.None;

    /// <summary>What its pictures are like, as far as that is known before it is opened: a set whose files decide gives what is usual.</summary>
    /// <param name="reading">What <see cref="Read"/> gave.</param>
    PictureForm Form(DataReading reading);

    /// <summary>What of the experiment's seed its pictures follow from: nothing for files on disk.</summary>
    /// <param name="experiment">The experiment's seed.</param>
    ulong SeedOf(ulong experiment) => 0;

    /// <summary>Opens it. Called once a process for each seed and reading.</summary>
    /// <param name="folder"><c>data.path</c>; null or empty is where <c>nmoe data get</c> puts it. Not read by a data set that is drawn.</param>
    /// <param name="seed">What <see cref="SeedOf"/> gave.</param>
    /// <param name="reading">What <see cref="Read"/> gave.</param>
    /// <returns>The pictures, and how jobs name them: the content hash stands for what is in them.</returns>
    /// <exception cref="DataException">The files are missing, or not right.</exception>
    OpenData Open(string? folder, ulong seed, DataReading reading);
}
