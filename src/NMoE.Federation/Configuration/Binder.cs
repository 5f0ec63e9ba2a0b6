using System.Collections.Immutable;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Configuration;

/// <summary>Makes settings of layers, or says what is wrong with the first key that is.</summary>
internal static class Binder
{
    /// <summary>The settings that the layers give together; an earlier layer wins.</summary>
    /// <param name="sets">Overrides.</param>
    /// <param name="file">What stands in the experiment's file.</param>
    /// <param name="reference">Every key's default.</param>
    /// <param name="open">The content of a file that they name, null where there is none.</param>
    /// <exception cref="ConfigurationException">A key is unknown, or a value of the wrong type, unit or range.</exception>
    public static EffectiveConfiguration Bind(ImmutableArray<Setting> sets, ImmutableArray<Setting> file, ImmutableArray<Setting> reference, Func<string, string?> open)
    {
        foreach (var setting in sets.Concat(file))
            KnownKey.Check(setting);

        var profile = Profiles.Of(new Values([.. reference, .. file, .. sets]), [.. file, .. sets]);
        var values = new Values([.. reference, .. profile, .. file, .. sets]);
        var settings = Settings(values);
        var traces = new TraceFiles(settings, values, open);
        var (clients, edges, sites) = (ClientFiles.Read(settings, values, open), new EdgeFile(settings, values, open), new SiteFile(settings, values, open));
        settings = settings with
        {
            Channel = settings.Channel with { Traces = traces.Read() },
            Data = settings.Data with { Clients = clients?.File },
            Topology = settings.Topology with { Listed = edges.Read(), SiteOf = sites.Read() },
        };
        ImmutableArray<Setting> layers = [.. reference, .. profile, .. file, .. sets];
        var channel = settings.Channel.Profile;
        Values Like(ImmutableArray<Setting> own) => new([.. layers, .. Profiles.OfDevice(own, channel, layers.Skip(reference.Length)), .. own]);
        var mix = new MixReader(settings, [.. file, .. sets], own => Settings(Like(own)));
        var (kinds, ofKinds, ofNobody) = mix.Read();
        settings = settings with { Mix = kinds };
        var consequences = CrossCheck.Run(settings, values);
        MixCheck.Run(settings, mix, Like);
        var stated = sets.Concat(file).Select(setting => setting.Key).ToImmutableSortedSet(StringComparer.Ordinal);
        ImmutableArray<EffectiveKey> effective =
            [.. values.Effective().Where(value => !IsOfAnother(value.Key, settings) || stated.Contains(value.Key)).Concat(ofKinds).OrderBy(value => value.Key, StringComparer.Ordinal)];
        return new EffectiveConfiguration(settings, effective)
        {
            Contents = (clients is { Content: var content } ? traces.Contents.SetItem(KeyPath.Of(all => all.Data.PartitionFile), content) : traces.Contents).AddRange(edges.Contents).AddRange(sites.Contents),
            Consequences = [.. consequences, .. ofNobody, .. DeviceCheck.Radio(settings, stated)],
            Stated = stated,
            Unread = ReadingCondition.Unread(settings, effective, values.Origin, stated).Concat(mix.Unread(settings, effective))
                .ToImmutableSortedDictionary(unread => unread.Key, unread => unread, StringComparer.Ordinal),
        };
    }

    private static ExperimentSettings Settings(Values values)
    {
        var settings = (ExperimentSettings)Keys.Root.Make(values.Get);
        var ofGates = Keys.OfGates.ToImmutableSortedDictionary(section => section.Keys.First().Gate!, section => section.Make(values.Get), StringComparer.Ordinal);
        return settings with { Inference = settings.Inference with { OfGates = ofGates } };
    }

    /// <summary>Whether a key is that of a gate which does not serve: experiments without it are what they were before there was such a gate.</summary>
    private static bool IsOfAnother(string path, ExperimentSettings settings) => Keys.Find(path)?.Gate is { } gate && !settings.Inference.Gates.Contains(gate);
}
