using System.Collections.Immutable;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Configuration;

/// <summary>
/// Kinds of devices, by the keys below <c>mix.NAME</c>: how many there are, and keys of the experiment that are otherwise for them. A kind is what the experiment's devices would be if those keys were
/// everyone's; a profile that it names goes before what the experiment says of its own device.
/// </summary>
/// <param name="settings">The experiment's own settings.</param>
/// <param name="stated">What stands in its file, and overrides; a later one wins.</param>
/// <param name="bind">The settings of the experiment with some keys otherwise.</param>
internal sealed class MixReader(ExperimentSettings settings, ImmutableArray<Setting> stated, Func<ImmutableArray<Setting>, ExperimentSettings> bind)
{
    private const string Mix = "mix";
    private const string Share = "share";
    private const string Clients = "clients";
    private const string Allowed = "A kind of devices has a share or clients, and may state all keys of device, channel.up, channel.down, model.expert and pfedmoe.extractor";
    private const double Rounding = 1e-9;
    private static readonly NumberFormat s_shares = new(Bound.Beyond(0), Bound.At(1));
    private static readonly ClientsFormat s_named = new();

    private static ImmutableArray<string> Paths { get; } =
    [
        .. Keys.All.Select(key => key.Path).Where(path => path.StartsWith("device.", StringComparison.Ordinal)),
        KeyPath.Of(all => all.Channel.Rates.Up), KeyPath.Of(all => all.Channel.Rates.Down), KeyPath.Of(all => all.Model.Expert), KeyPath.Of(all => all.PFedMoe.Extractor),
    ];

    private readonly ImmutableArray<Setting> _settings = [.. stated.Where(setting => IsOf(setting) && setting.Path.Length > 2 && setting.Value is not RawValue.EmptySection)];

    /// <summary>Whether a setting is of a kind of devices.</summary>
    public static bool IsOf(Setting setting) => setting.Path[0] == Mix;

    /// <exception cref="ConfigurationException">It is a key that no kind has, or its value is none of that key's.</exception>
    public static void Check(Setting setting)
    {
        var (isEmpty, path) = (setting.Value is RawValue.EmptySection, setting.Path);
        var (name, key) = (path.Length > 1 ? path[1] : "boards", string.Join('.', path.Skip(2)));
        if (path.Length < 3)
        {
            throw !isEmpty
                ? Wrong(setting, "this is a section, not a key", $"Write {Mix}.{name}.{Share} = 0.3, or {Mix}.{name}.{Clients} = [3, 7]")
                : path.Length == 2 ? NotCounted(setting, name)
                : Wrong(setting, "there is no kind of devices in it", $"Leave it out, or write {Mix}.{name}.{Share} = 0.3 and what such a device is");
        }

        if (new NameFormat().Read(new RawValue.Scalar(name)).Problem is { } misnamed)
            throw Wrong(setting, misnamed, $"Write a name of 1 to {NameFormat.Longest} letters, digits, '-' and '_'");
        if (isEmpty && Paths.Any(known => known.StartsWith($"{key}.", StringComparison.Ordinal)))
            return;
        CheckValue(setting, key);
    }

    /// <summary>Who has which kind.</summary>
    /// <returns>It, its keys as they count, and what is worth knowing, a sentence each.</returns>
    /// <exception cref="ConfigurationException">There are more of a kind than clients, or a kind does not fit the experiment.</exception>
    public (DeviceMix Mix, ImmutableArray<EffectiveKey> Keys, ImmutableArray<string> Warnings) Read()
    {
        ImmutableArray<DeviceKind> kinds = [.. _settings.GroupBy(setting => setting.Path[1], StringComparer.Ordinal).OrderBy(kind => kind.Key, StringComparer.Ordinal).Select(kind => KindOf(kind.Key, [.. kind]))];
        CheckCounts(kinds);
        var mix = DeviceMix.Of(kinds, settings.Experiment.Clients, Seeds.Of(settings));
        return (
            mix,
            [.. _settings.GroupBy(setting => setting.Key, StringComparer.Ordinal).Select(same => Effective(same.Last()))],
            [.. kinds.Where(kind => mix.Clients(kind).IsEmpty).Select(kind => FormattableString.Invariant($"{At(kind.Name).Origin}: {Mix}.{kind.Name}: {kind.Share} of {settings.Experiment.Clients} clients is nobody."))]);
    }

    /// <summary>Keys of kinds that nothing reads.</summary>
    /// <param name="settings">The experiment.</param>
    /// <param name="effective">Its values, those of kinds among them.</param>
    public IEnumerable<UnreadKey> Unread(ExperimentSettings settings, ImmutableArray<EffectiveKey> effective) =>
        from setting in _settings.GroupBy(setting => setting.Key, StringComparer.Ordinal).Select(same => same.Last())
        let key = Keys.Find(Inner(setting))
        where key is not null
        let unread = ReadingCondition.Of(settings, effective, key, effective.First(value => value.Key == setting.Key), setting.Origin)
        where unread is not null
        select unread with { IsStated = true };

    /// <summary>The keys of a kind as keys of the experiment.</summary>
    public ImmutableArray<Setting> Below(string kind) =>
        [.. _settings.Where(setting => setting.Path[1] == kind && Inner(setting) is not (Share or Clients)).Select(setting => setting with { Path = setting.Path[2..] })];

    private DeviceKind KindOf(string name, ImmutableArray<Setting> own)
    {
        var share = own.LastOrDefault(setting => Inner(setting) == Share);
        var named = own.LastOrDefault(setting => Inner(setting) == Clients);
        if (share is null == named is null)
            throw share is null ? NotCounted(own[0], name) : Wrong(named!, $"{share!.Key} says already how many there are", "Leave one of both out");
        if (own.LastOrDefault(setting => Inner(setting) == KeyPath.Of(all => all.Device.Profile)) is { Value: RawValue.Scalar { Text: ProfileFile.None } } nothing)
            throw Wrong(nothing, "a kind is the experiment's own device but for what it states, and this states nothing", "Leave it out, name a profile, or write what such a device is");
        var like = bind(Below(name));
        return new(name, like.Device, like.Channel.Rates, like.Model.Expert)
        {
            Extractor = like.PFedMoe.Extractor,
            Share = share is null ? 0 : s_shares.Read(share.Value).Value,
            Named = named is null ? [] : s_named.Read(named.Value).Value!,
        };
    }

    private void CheckCounts(ImmutableArray<DeviceKind> kinds)
    {
        var clients = settings.Experiment.Clients;
        foreach (var (number, kind) in kinds.Index())
        {
            var named = At(kind.Name, Clients);
            if (named is not null && (kind.Named.IsEmpty || kind.Named.Max >= clients))
                throw Wrong(named, kind.Named.IsEmpty ? "a kind that nobody has" : $"there is no client {kind.Named.Max}", $"Name some of 0..{clients - 1}");
            if (kinds.Take(number).FirstOrDefault(other => other.Named.Overlaps(kind.Named)) is { } twice)
                throw Wrong(named!, $"client {twice.Named.Intersect(kind.Named)[0]} is of the kind {twice.Name} already", "Name each client once");
        }

        var all = kinds.Sum(kind => kind.Share) + ((double)kinds.Sum(kind => kind.Named.Count) / clients);
        if (all > 1 + Rounding)
        {
            throw Wrong(
                At(kinds.Last(kind => kind.Share > 0).Name, Share)!, FormattableString.Invariant($"kinds of devices together are {all:0.###} of the {clients} clients"),
                "Write shares of all clients that are 1 together, or less: the rest has the experiment's own device");
        }
    }

    private Setting At(string kind) => _settings.First(setting => setting.Path[1] == kind);

    private Setting? At(string kind, string key) => _settings.LastOrDefault(setting => setting.Path[1] == kind && Inner(setting) == key);

    private static string Inner(Setting setting) => string.Join('.', setting.Path.Skip(2));

    private static EffectiveKey Effective(Setting setting)
    {
        var format = FormatOf(Inner(setting))!;
        return new(setting.Key, format.WriteAny(format.ReadAny(setting.Value).Value), setting.Origin.ToString());
    }

    private static Format? FormatOf(string key) => key switch
    {
        Share => s_shares,
        Clients => s_named,
        _ when Paths.Contains(key) => Keys.Find(key)!.Format,
        _ => null,
    };

    private static void CheckValue(Setting setting, string key)
    {
        if (FormatOf(key) is { } format)
        {
            if (setting.Value is RawValue.EmptySection)
                throw Wrong(setting, "this is a key, not a section", $"Write {setting.Key} = VALUE");
            if (format.ReadAny(setting.Value).Problem is { } problem)
                throw Wrong(setting, problem, $"Write {format.Legal}");
            return;
        }

        var below = Paths.FirstOrDefault(known => known.StartsWith($"{key}.", StringComparison.Ordinal));
        throw below is not null ? Wrong(setting, "this is a section, not a key", $"Write a key of it, such as {Mix}.{setting.Path[1]}.{below}")
            : Keys.Find(key) is not null ? Wrong(setting, $"all devices of an experiment have one {key}", Allowed)
            : Wrong(setting, "there is no such key", NearestKey.Of(key, Paths.Add(Share).Add(Clients)) is { } nearest ? $"Did you mean {Mix}.{setting.Path[1]}.{nearest}?" : Allowed);
    }

    private static ConfigurationException NotCounted(Setting setting, string name) =>
        Wrong(setting, "it is not said how many such devices there are", $"Write {Mix}.{name}.{Share} = 0.3, or {Mix}.{name}.{Clients} = [3, 7]");

    private static ConfigurationException Wrong(Setting setting, string problem, string remedy) => new(setting.Origin, setting.Key, problem, remedy);
}
