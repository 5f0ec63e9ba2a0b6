using System.Collections.Immutable;
using System.Globalization;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Learning.Models;

namespace NMoE.Federation.Measurement;

/// <summary>The models that a run leaves.</summary>
public static class FinalModels
{
    private const string Expert = "expert-";

    /// <summary>The architecture that the file of a model is of: an expert's own may be another than the others'.</summary>
    /// <param name="model">The experiment's.</param>
    /// <param name="name">File name, as <see cref="Of"/> gives it.</param>
    public static ModelSpec SpecOf(Model model, string name)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith(Expert, StringComparison.Ordinal) ? model.GateSpec with { Expert = model.ExpertSpec(int.Parse(name[Expert.Length..], CultureInfo.InvariantCulture)).Expert } : model.GateSpec;
    }

    /// <summary>Every final F, G and H_i that was observed, by file name and in client order.</summary>
    public static ImmutableArray<(string Name, BlobRef Model)> Of(Model model, RunObserver observer)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(observer);
        var extractor = observer.Model(Stages.Extractor);
        var gate = observer.Model(Stages.Gate);
        return
        [
            .. extractor.Take(1).Select(part => ("extractor", part)),
            .. gate.Select(part => ("gate", part)),
            .. observer.Rings.Where(ring => Stages.Gates.Contains(ring.Key)).Select(ring => (ring.Key, ring.Value[0])),
            .. observer.Experts.Select(pair => (FormattableString.Invariant($"{Expert}{pair.Key:D5}"), pair.Value)),
            .. observer.Extractors.Where(_ => model.HasOwnNorms).Select(pair => (FormattableString.Invariant($"extractor-{pair.Key:D5}"), pair.Value)),
        ];
    }
}
