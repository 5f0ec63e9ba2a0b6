using NMoE.Federation.Settings;
using NMoE.Simulation.Network.Paths;

namespace NMoE.Federation.Configuration;

/// <summary>Makes the channel's settings of values.</summary>
internal static class ChannelBinder
{
    public static ChannelSection Channel(Values values) => new(
        values.Get(Keys.ChannelProfile), values.Get(Keys.ChannelModel),
        new DelaySection(values.Get(Keys.ChannelDelay), values.Get(Keys.ChannelDelayForm), values.Get(Keys.ChannelDelaySpread)),
        values.Get(Keys.ChannelBandwidth),
        new RatesSection(values.Get(Keys.ChannelUp), values.Get(Keys.ChannelDown), values.Get(Keys.ChannelServerUp), values.Get(Keys.ChannelServerDown)),
        new LossSection(
            values.Get(Keys.ChannelLossForm), values.Get(Keys.ChannelLoss),
            new BurstSection(values.Get(Keys.ChannelBurstGoodToBad), values.Get(Keys.ChannelBurstBadToGood), values.Get(Keys.ChannelBurstLoss))),
        new Packets((int)values.Get(Keys.ChannelPacket), values.Get(Keys.ChannelSends)))
    {
        Paths = values.Get(Keys.ChannelPaths),
        Mobility = new MobilitySection(
            values.Get(Keys.ChannelMobilityForm), values.Get(Keys.ChannelMobilitySpeed), values.Get(Keys.ChannelMobilityNear), values.Get(Keys.ChannelMobilityFar),
            values.Get(Keys.ChannelMobilityInterval), values.Get(Keys.ChannelMobilityUntil),
            new RadioSection(
                values.Get(Keys.ChannelMobilityBandwidth), values.Get(Keys.ChannelMobilityTransmitPower), values.Get(Keys.ChannelMobilityServerTransmitPower),
                values.Get(Keys.ChannelMobilityPathLossExponent), values.Get(Keys.ChannelMobilityReferenceLoss), values.Get(Keys.ChannelMobilityNoiseFigure))),
    };
}
