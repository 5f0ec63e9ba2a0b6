using NMoE.Learning.Keys;

namespace NMoE.Federation.Settings;

/// <summary>Rates in bit/s; positive infinity for a link that limits nobody.</summary>
[Section("")]
[When("channel.model = shared")]
public sealed record RatesSection
{
    private const string Usual = "channel.mobility.form = none, and clients that channel.trace does not name";
    private const string Station = "a base station that channel.trace does not name";

    [Key("1 bit/s..1000 Gbit/s", "A client's uplink. {range}, or unlimited. This and what follows is read where links are shared.", Word = "unlimited")]
    [When(Usual)]
    public double Up { get; init; } = 20e6;

    [Key("1 bit/s..1000 Gbit/s", "A client's downlink, likewise.", Word = "unlimited")]
    [When(Usual)]
    public double Down { get; init; } = 20e6;

    [Key("1 bit/s..1000 Gbit/s", "The base station's uplink, over which servers reach the clients, likewise. The default is a fibre behind the base station.", Word = "unlimited")]
    [When(Station)]
    public double ServerUp { get; init; } = 1e9;

    [Key("1 bit/s..1000 Gbit/s", "The base station's downlink, over which clients reach the servers, likewise.", Word = "unlimited")]
    [When(Station)]
    public double ServerDown { get; init; } = 1e9;
}
