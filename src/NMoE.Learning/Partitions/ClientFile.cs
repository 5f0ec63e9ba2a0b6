using System.Collections.Immutable;
using System.Globalization;
using NMoE.Learning.Data;

namespace NMoE.Learning.Partitions;

/// <summary>Whose each training picture is, as a file says: comma-separated, with the columns <c>picture</c> and <c>client</c>.</summary>
/// <param name="Source">The file's name.</param>
/// <param name="Rows">Training pictures of each client, ascending, [n]; of some clients there may be none.</param>
public sealed record ClientFile(string Source, ImmutableArray<ImmutableArray<int>> Rows)
{
    private const string Header = "The first line names the columns, as in 'picture,client'";

    /// <summary>What clients are called, by their numbers; empty where the file calls them by numbers.</summary>
    public ImmutableArray<string> Names { get; init; } = [];

    /// <summary>The last picture that it names, and the line.</summary>
    public (int Picture, int Line) Last { get; init; }

    /// <summary>Pictures of each class of each client, [n][C], once somebody has looked at the data; empty before.</summary>
    public ImmutableArray<ImmutableArray<int>> Classes { get; init; } = [];

    /// <summary>Pictures that it names.</summary>
    public int Count => Rows.Sum(own => own.Length);

    /// <summary>Reads a file.</summary>
    /// <param name="source">Its name, for messages.</param>
    /// <param name="text">Its content.</param>
    /// <param name="clients">Number of clients n.</param>
    /// <exception cref="ClientFileException">It is empty, a column is missing, a picture is named twice, or a client is not one of the experiment.</exception>
    public static ClientFile Read(string source, string text, int clients)
    {
        ArgumentNullException.ThrowIfNull(text);
        var lines = text.TrimStart('\uFEFF').Split('\n').Select((line, index) => (Number: index + 1, Text: line.Trim()))
            .Where(line => line.Text.Length > 0 && line.Text[0] != '#').ToArray();
        if (lines.Length == 0)
            throw new ClientFileException(source, 1, "the file is empty", Header);
        var columns = Fields(lines[0].Text);
        var (picture, client) = (Column(source, lines[0].Number, columns, "picture"), Column(source, lines[0].Number, columns, "client"));
        if (lines.Length == 1)
            throw new ClientFileException(source, lines[0].Number, "it names no picture", "A line a picture is needed, as in '0,client'");
        var named = lines.Skip(1).Select(line => Entry.Of(source, line.Number, Fields(line.Text), columns, picture, client)).ToArray();
        CheckOnce(source, named);
        var (names, numbers) = Numbers(source, named, clients);
        var last = named.MaxBy(entry => entry.Picture)!;
        return new(source, Grouped(named, numbers, clients)) { Names = names, Last = (last.Picture, last.Line) };
    }

    /// <summary>The same with what classes its pictures are of.</summary>
    /// <exception cref="PartitionException">It names a picture that there is not.</exception>
    public ClientFile Counted(IDataSource data)
    {
        ArgumentNullException.ThrowIfNull(data);
        Check(data.Count(DataSplit.Train));
        return this with { Classes = [.. Rows.Select(own => ImmutableArray.Create(Counts(data, own)))] };
    }

    /// <summary>Refuses a file of other data.</summary>
    /// <param name="pictures">Training pictures that there are.</param>
    /// <exception cref="PartitionException">It names a picture that there is not.</exception>
    internal void Check(int pictures)
    {
        if (Last.Picture >= pictures)
        {
            throw new PartitionException(FormattableString.Invariant(
                $"{Source}:{Last.Line}: there is no picture {Last.Picture}. The {pictures} training pictures have the numbers 0 to {pictures - 1}."));
        }
    }

    /// <summary>Pictures of each class among some training pictures, [C].</summary>
    internal static int[] Counts(IDataSource data, ImmutableArray<int> rows)
    {
        var counts = new int[data.Classes];
        foreach (var row in rows)
            counts[data.Label(DataSplit.Train, row)]++;
        return counts;
    }

    private static string[] Fields(string line) => Array.ConvertAll(line.Split(','), field => field.Trim() is ['"', .. var quoted, '"'] ? quoted : field.Trim());

    private static int Column(string source, int line, string[] columns, string name) => Array.IndexOf(columns, name) is >= 0 and var place
        ? place
        : throw new ClientFileException(source, line, $"the column '{name}' is missing", Header);

    private static void CheckOnce(string source, Entry[] named)
    {
        var seen = new Dictionary<int, int>();
        foreach (var entry in named)
        {
            if (!seen.TryAdd(entry.Picture, entry.Line))
                throw new ClientFileException(source, entry.Line, FormattableString.Invariant($"picture {entry.Picture} is named twice, first in line {seen[entry.Picture]}"), "A picture is of one client");
        }
    }

    /// <summary>Clients by what they are called: their numbers where all are called so, else the places of their names in ordinal order.</summary>
    private static (ImmutableArray<string> Names, ImmutableSortedDictionary<string, int> Numbers) Numbers(string source, Entry[] named, int clients)
    {
        string[] names = [.. named.Select(entry => entry.Client).Distinct().Order(StringComparer.Ordinal)];
        var most = FormattableString.Invariant($"experiment.clients = {clients}");
        if (names.All(name => Entry.Whole(name) is not null))
        {
            return named.FirstOrDefault(entry => Entry.Whole(entry.Client) >= clients) is { } beyond
                ? throw new ClientFileException(source, beyond.Line, $"there is no client {beyond.Client}", $"Clients have the numbers 0 to {clients - 1}, or all of them names; {most} says how many there are")
                : ([], names.ToImmutableSortedDictionary(name => name, name => Entry.Whole(name)!.Value, StringComparer.Ordinal));
        }

        var numbers = names.Index().ToImmutableSortedDictionary(one => one.Item, one => one.Index, StringComparer.Ordinal);
        return names.Length <= clients
            ? ([.. names], numbers)
            : throw new ClientFileException(
                source, named.First(entry => numbers[entry.Client] >= clients).Line, FormattableString.Invariant($"the file names {names.Length} clients, and there are {clients}"),
                FormattableString.Invariant($"Write experiment.clients = {names.Length}, or leave rows out"));
    }

    private static ImmutableArray<ImmutableArray<int>> Grouped(Entry[] named, ImmutableSortedDictionary<string, int> numbers, int clients)
    {
        var rows = Enumerable.Range(0, clients).Select(_ => new List<int>()).ToArray();
        foreach (var entry in named)
            rows[numbers[entry.Client]].Add(entry.Picture);
        return [.. rows.Select(own => own.Order().ToImmutableArray())];
    }

    private sealed record Entry(int Line, int Picture, string Client)
    {
        public static Entry Of(string source, int line, string[] fields, string[] columns, int picture, int client)
        {
            if (fields.Length != columns.Length)
                throw new ClientFileException(source, line, FormattableString.Invariant($"the row has {fields.Length} fields"), FormattableString.Invariant($"The {columns.Length} fields {string.Join(", ", columns)} are needed"));
            if (Whole(fields[picture]) is not { } number)
                throw new ClientFileException(source, line, $"the picture is '{fields[picture]}'", "Its number among the training pictures is needed, from 0");
            if (fields[client].Length == 0)
                throw new ClientFileException(source, line, "the client is missing", "A number from 0, or a name, is needed");
            return new(line, number, fields[client]);
        }

        public static int? Whole(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}

/// <summary>A file of clients that cannot be read.</summary>
public sealed class ClientFileException : LearningException
{
    internal ClientFileException(string source, int line, string problem, string remedy)
        : base(FormattableString.Invariant($"{source}:{line}: {problem}. {remedy}.")) => (Line, Problem, Remedy) = (line, problem, remedy);

    /// <summary>Where, from 1.</summary>
    public int Line { get; }

    /// <summary>What is wrong.</summary>
    public string Problem { get; }

    /// <summary>What would be right.</summary>
    public string Remedy { get; }
}
