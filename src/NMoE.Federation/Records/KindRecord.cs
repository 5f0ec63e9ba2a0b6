using System.Collections.Immutable;
using System.Text.Json.Serialization;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Cost;
using NMoE.Learning.Models;

namespace NMoE.Federation.Records;

/// <summary>A kind of devices, where not all are alike.</summary>
/// <param name="Kind">Its name, as in <c>mix.NAME</c>; <see cref="Own"/> for clients of no kind.</param>
/// <param name="Clients">The clients that have such a device, ascending.</param>
/// <param name="Compute">Its sustained speed in FLOP/s.</param>
/// <param name="Expert">Its expert.</param>
/// <param name="Parameters">Parameters of that.</param>
public sealed record KindRecord(string Kind, ImmutableArray<int> Clients, double Compute, string Expert, long Parameters)
{
    /// <summary>The kind of clients with the experiment's own device.</summary>
    public const string Own = "own";

    /// <summary>Epochs that its clients do in a round of stage 1, where a limit leaves some of them fewer than all; null elsewhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Epochs { get; init; }

    /// <summary>The kinds of an experiment in the order of their names, those of nobody left out; null where all devices are alike.</summary>
    internal static ImmutableArray<KindRecord>? Of(Plan plan) => plan.Settings.Mix.IsEmpty ? null :
    [
        .. from kind in plan.Settings.Kinds
           let name = kind.Name.Length == 0 ? Own : kind.Name
           let clients = plan.Settings.Mix.Clients(kind.Name.Length == 0 ? null : kind)
           select new KindRecord(name, clients, kind.Device.Compute, kind.Expert, LearningCost.Parameters(plan.Model.ExpertSpec(kind), ModelPart.Expert, 0)) { Epochs = EpochsOf(plan, kind, clients) },
    ];

    private static string? EpochsOf(Plan plan, DeviceKind kind, ImmutableArray<int> clients)
    {
        if (plan.Settings.Extractor.ComputeWithin is null || clients.IsEmpty)
            return null;
        var charges = new Charges(plan);
        var epochs = clients.Select(client => charges.Epochs(plan.Deal.Rows(client), kind.Device.Compute)).Distinct().Order().ToArray();
        return FormattableString.Invariant($"{(epochs.Length > 1 ? $"{epochs[0]} to {epochs[^1]}" : epochs[0])} of {plan.Settings.Extractor.Epochs}");
    }
}
