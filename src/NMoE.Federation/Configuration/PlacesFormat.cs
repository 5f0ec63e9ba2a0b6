using System.Collections.Immutable;
using System.Globalization;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Configuration;

/// <summary>Places that the aggregator moves to, in an order that counts; one can be named again, which is another device there.</summary>
internal sealed record PlacesFormat() : Format<ImmutableArray<StandbyPlace>>("a list of base-station and client-N, as in [client-3, base-station]")
{
    private const string BaseStation = "base-station";
    private const string Client = "client-";

    public override Reading<ImmutableArray<StandbyPlace>> Read(RawValue raw)
    {
        if (raw is not RawValue.Items items)
            return Reading<ImmutableArray<StandbyPlace>>.Wrong($"{raw} is not a list");
        var places = ImmutableArray.CreateBuilder<StandbyPlace>();
        foreach (var text in items.Texts)
        {
            if (text == BaseStation)
                places.Add(new StandbyPlace(AggregatorPlace.BaseStation, 0));
            else if (text.StartsWith(Client, StringComparison.Ordinal) && int.TryParse(text.AsSpan(Client.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var client))
                places.Add(new StandbyPlace(AggregatorPlace.Client, client));
            else
                return Reading<ImmutableArray<StandbyPlace>>.Wrong($"'{text}' is no place");
        }

        return Reading<ImmutableArray<StandbyPlace>>.Of(places.ToImmutable());
    }

    public override string Write(ImmutableArray<StandbyPlace> value) => $"[{string.Join(", ", value.Select(place =>
        place.Place == AggregatorPlace.BaseStation ? BaseStation : string.Create(CultureInfo.InvariantCulture, $"{Client}{place.Client}")))}]";
}
