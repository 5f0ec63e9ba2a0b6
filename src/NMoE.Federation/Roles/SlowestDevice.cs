using System.Collections.Immutable;
using NMoE.Federation.Settings;
using NMoE.Learning.Models;

namespace NMoE.Federation.Roles;

/// <summary>What a wait for all clients depends on: of each kind of device the client that has most pictures.</summary>
/// <param name="plan">The experiment.</param>
internal sealed class SlowestDevice(Plan plan)
{
    private readonly ImmutableArray<(ModelSpec Expert, int Rows, double Speed)> _kinds = plan.Settings.Mix.IsEmpty
        ? [(plan.Model.Spec, plan.Deal.MostRows, plan.Settings.Device.Compute)]
        : [.. plan.Settings.Kinds.Select(kind => (plan.Model.ExpertSpec(kind), ClientsOf(plan, kind).Max(plan.Deal.Rows), kind.Device.Compute))];

    /// <summary>Seconds of some work on the device that takes longest, and the speed of that device in FLOP/s.</summary>
    /// <param name="flops">FLOP of it, by a client's expert and its training pictures.</param>
    public (double Seconds, double Speed) Of(Func<ModelSpec, int, double> flops) => Of((expert, rows, _) => flops(expert, rows));

    /// <summary>As <see cref="Of(Func{ModelSpec, int, double})"/>, of work that depends on the device's FLOP/s too.</summary>
    public (double Seconds, double Speed) Of(Func<ModelSpec, int, double, double> flops) =>
        _kinds.Select(kind => (Seconds: flops(kind.Expert, kind.Rows, kind.Speed) / kind.Speed, kind.Speed)).MaxBy(time => time.Seconds);

    private static ImmutableArray<int> ClientsOf(Plan plan, DeviceKind kind) => plan.Settings.Mix.Clients(kind.Name.Length == 0 ? null : kind);
}
