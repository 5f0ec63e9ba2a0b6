using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using System.Reflection;
using System.Text.RegularExpressions;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Settings;
using NMoE.Learning.Data;
using NMoE.Learning.Devices;
using NMoE.Learning.Gates;
using NMoE.Learning.Keys;
using NMoE.Learning.Models;
using NMoE.Learning.Partitions;
using NMoE.Simulation.Faults;

namespace NMoE.Federation.Configuration;

/// <summary>How the values of a key are written: its type and its range say so, or the registry whose names it takes.</summary>
internal static partial class Formats
{
    /// <param name="path">The key's path.</param>
    /// <param name="type">The type of its values.</param>
    /// <param name="told">What its member says.</param>
    /// <param name="standard">Its default: where that is an empty list, a list may be empty.</param>
    public static Format Of(string path, Type type, KeyAttribute told, object? standard)
    {
        if (OfModels(path) is { } models)
            return models;
        if (Registered(path) is { } names)
        {
            var choice = new ChoiceFormat<string>([.. names.Select(name => (name, name))]);
            return type == typeof(string) ? choice : new ChoiceListFormat<string>(choice);
        }

        return type.IsEnum ? Generic(nameof(Choice), type, told)
            : type.IsConstructedGenericType && type.GetGenericArguments() is [{ IsEnum: true } item] ? Generic(nameof(Choices), item, told, standard)
            : Others.TryGetValue(type, out var make) ? make(told)
            : throw new NotSupportedException($"{path}: no values of the type {type} can be written in a configuration.");
    }

    private static IReadOnlyDictionary<Type, Func<KeyAttribute, Format>> Others { get; } = new Dictionary<Type, Func<KeyAttribute, Format>>
    {
        [typeof(bool)] = _ => new ChoiceFormat<bool>([("on", true), ("off", false)]),
        [typeof(string)] = told => told.Empty is { } empty ? new PathFormat(empty) : new NameFormat(),
        [typeof(int)] = told => told.Word is null ? Whole<int>(told) : new ThreadsFormat(),
        [typeof(ulong)] = Whole<ulong>,
        [typeof(long)] = told => OrWord(told, Ends(told, Measures.Size), long.MaxValue),
        [typeof(double)] = told => IsMeasure(told) ? OrWord(told, Measured(told), double.PositiveInfinity) : Number(told),
        [typeof(TimeSpan)] = told => OrWord(told, Ends(told, Measures.Duration), TimeSpan.Zero),
        [typeof(int?)] = told => new UnlessFormat<int>(Whole<int>(told), told.Word!),
        [typeof(double?)] = told => new UnlessFormat<double>(Number(told), told.Word!),
        [typeof(ulong?)] = told => new UnlessFormat<ulong>(Whole<ulong>(told), told.Word!),
        [typeof(ComputeDevice)] = _ => new DeviceFormat(),
        [typeof(PictureSize?)] = told => new UnlessFormat<PictureSize>(new SizeFormat(), told.Word!),
        [typeof(TimeSpan?)] = told => new UnlessFormat<TimeSpan>(Ends(told, Measures.Duration), told.Word!),
        [typeof(ImmutableArray<double>)] = told => told.Range.Length > 0 ? new NumbersFormat(Number(told)) : new SharesFormat(),
        [typeof(ImmutableSortedDictionary<int, ImmutableSortedSet<int>>)] = _ => new ClientsFormat(),
        [typeof(ImmutableArray<PathRule>)] = _ => new PathsFormat(),
        [typeof(ImmutableArray<StandbyPlace>)] = _ => new PlacesFormat(),
        [typeof(ImmutableArray<MessageFault>)] = _ => new RulesFormat(),
        [typeof(ImmutableArray<ScheduledFault>)] = _ => new ScheduleFormat(),
    };

    /// <summary>The names that a key takes where they are those of a registry or of a file of profiles; null for other keys.</summary>
    private static IEnumerable<string>? Registered(string path) => path switch
    {
        "data.name" => DataSources.All.Select(set => set.Name),
        "data.partition" => Partitions.All.Select(partition => partition.Name),
        "extractor.method" => Objectives.All.Select(objective => objective.Name),
        "extractor.algorithm" => ServerOptimisers.All.Select(optimiser => optimiser.Name),
        "gate.recipe" => ProfileFile.Gates.Names.Prepend("paper"),
        "inference.gates" => Gates.All.Select(gate => gate.Name),
        "channel.profile" => ProfileFile.Channels.Names.Prepend(ProfileFile.None),
        "device.profile" => ProfileFile.Devices.Names.Prepend(ProfileFile.None),
        _ => null,
    };

    private static ModelFormat? OfModels(string path) => path switch
    {
        "model.extractor" or "pfedmoe.extractor" => new([.. Extractors.All.Select(part => part.Name)], name => Extractors.Sized(name) is not null, ", or cnn with two numbers of channels and widths, as cnn-16-32-500"),
        "model.expert" => new([.. Experts.All.Select(part => part.Name)], name => MlpExpert.Of(name) is not null),
        "gate.model" => new([.. GateModels.All.Select(part => part.Name)], name => MlpGate.Of(name) is not null),
        _ => null,
    };

    private static Format Generic(string method, Type type, params object?[] arguments) => (Format)typeof(Formats)
        .GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type).Invoke(null, arguments)!;

    private static ChoiceFormat<T> Choice<T>(KeyAttribute told)
        where T : struct, Enum =>
        new([.. (told.Choices?.Split(' ') ?? Enum.GetNames<T>().Select(KeyAttribute.Kebab)).Zip(Enum.GetValues<T>())]);

    private static ChoiceListFormat<T> Choices<T>(KeyAttribute told, object? standard)
        where T : struct, Enum =>
        new(Choice<T>(told), Least: standard is ImmutableArray<T> { IsEmpty: true } ? 0 : 1);

    private static WholeFormat<T> Whole<T>(KeyAttribute told)
        where T : struct, IBinaryInteger<T>
    {
        var (least, most) = Ends(told, (least, most) => (T.Parse(least, CultureInfo.InvariantCulture), T.Parse(most, CultureInfo.InvariantCulture)));
        return new(least, most, T.CreateChecked(told.Step));
    }

    private static NumberFormat Number(KeyAttribute told)
    {
        var ends = Interval().Match(told.Range).Groups;
        double End(string name) => double.Parse(ends[name].Value, CultureInfo.InvariantCulture);
        return new(new Bound(End("least"), ends["from"].Value == "["), new Bound(End("most"), ends["to"].Value == "]"));
    }

    private static bool IsMeasure(KeyAttribute told) => !Interval().IsMatch(told.Range);

    private static MeasureFormat<double> Measured(KeyAttribute told) => told.Range.Split(' ')[^1] switch
    {
        var unit when Quantity.Bandwidth.Has(unit) => Ends(told, Measures.Bandwidth),
        var unit when Quantity.FlopRate.Has(unit) => Ends(told, Measures.FlopRate),
        var unit when Quantity.Distance.Has(unit) => Ends(told, Measures.Distance),
        var unit when Quantity.Speed.Has(unit) => Ends(told, Measures.Speed),
        var unit when Quantity.Frequency.Has(unit) => Ends(told, Measures.Frequency),
        var unit when Quantity.Energy.Has(unit) => Ends(told, Measures.Energy),
        var unit when Quantity.Power.Has(unit) => Ends(told, Measures.Power),
        var unit => throw new NotSupportedException($"'{told.Range}': no quantity has the unit {unit}."),
    };

    private static Format OrWord<T>(KeyAttribute told, MeasureFormat<T> measure, T meant) => told.Word is { } word ? new UnlimitedFormat<T>(measure, meant, word) : measure;

    private static T Ends<T>(KeyAttribute told, Func<string, string, T> of) => told.Range.Split("..") is [var least, var most] ? of(least, most)
        : throw new NotSupportedException($"'{told.Range}' is no range LEAST..MOST.");

    [GeneratedRegex(@"^(?<from>[\[(])(?<least>[^,]+), (?<most>[^,]+)(?<to>[\])])$")]
    private static partial Regex Interval();
}
