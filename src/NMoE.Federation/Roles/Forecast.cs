using NMoE.Learning.Gates;
using NMoE.Learning.Models;
using NMoE.Learning.Quantisation;

namespace NMoE.Federation.Roles;

/// <summary>
/// How long each step of training takes if nothing goes wrong: bytes over rates, and computing by the device profile. A function of the configuration alone, and a little too long rather than too short.
/// Faults are not foreseen.
/// </summary>
/// <param name="plan">The experiment.</param>
public sealed class Forecast(Plan plan)
{
    private readonly Charges _charges = new(plan);
    private readonly SlowestDevice _slowest = new(plan);
    private readonly LinkForecast _links = new(plan.Settings);

    private readonly LinkForecast _local = new(plan.Settings) { Server = LinkForecast.ServerOf(plan.Settings) };

    private int Invited => plan.Settings.Extractor.Cohort.Invited(plan.Sites.Count == 0 ? plan.Deal.Clients : plan.Sites.Largest);

    /// <summary>A round of stage 1, with the exchange before it.</summary>
    public TimeSpan Round
    {
        get
        {
            var model = plan.Model.SharedParts.Sum(BytesOf) + (plan.Pipeline.HasControl ? plan.Model.SharedParts.Sum(BytesOf) : 0);
            var matrix = (double)sizeof(float) * (plan.Pipeline.Objective.Exchange?.Numbers(plan) ?? 0);
            var correlation = matrix > 0 ? Computing((_, rows) => _charges.Exchange(rows)) + _local.Up(matrix, Invited) + _local.Down(matrix, Invited) : 0;
            var travel = new UpdateTravel(plan);
            var update = travel.IsExact ? model : plan.Model.SharedParts.Sum(travel.BytesOf);
            var down = travel.IsExactDown ? model : plan.Model.SharedParts.Sum(travel.DownBytesOf);
            return Time(_local.Down(down, Invited) + correlation + Computing((_, rows, speed) => (2 * travel.PackFlops) + _charges.Local(rows, speed) + _charges.Compress + (Invited * _charges.Restore)) + _local.Up(update, Invited));
        }
    }

    /// <summary>The way of the model from the aggregator to the edge servers, and of their updates back.</summary>
    public TimeSpan BetweenSites(string stage)
    {
        var model = stage == Protocol.Stages.Gate ? BytesOf(ModelPart.Gate) : plan.Model.SharedParts.Sum(BytesOf);
        return Time(_links.ToSites(model, plan.Sites.Count) + _links.FromSites(model, plan.Sites.Count));
    }

    /// <summary>Stage 2: the model comes, and experts are trained for as many epochs as they may.</summary>
    public TimeSpan Expert => Time(
        _links.Down(plan.Model.SharedParts.Take(plan.Model.PublishedParts).Sum(BytesOf), plan.Deal.Clients) + Computing((expert, rows) => _charges.Latents(rows) + _charges.Expert(expert, rows)) + _links.Up(0, plan.Deal.Clients));

    /// <summary>Before stage 3: each client's latents go to all that it asks, and what their experts say comes back.</summary>
    public TimeSpan Sharing
    {
        get
        {
            var (rows, others) = (plan.Deal.MostRows, plan.Asked.Most - 1);
            var latents = (double)rows * QuantisedLatents.RowBytes(plan.Settings.Latent.Precision, plan.Model.Spec.Latent);
            var logits = (double)rows * plan.Model.Spec.Classes * sizeof(float);
            return Time(_links.Down(0, plan.Deal.Clients) + _links.Peers(latents, others) + Computing((expert, _) => plan.Asked.Most * (Charges.Logits(expert, rows) + _charges.Requantise(rows))) + _links.Peers(logits, others) + _links.Up(0, plan.Deal.Clients));
        }
    }

    /// <summary>A round of FedGate.</summary>
    public TimeSpan GateRound => Time(_links.Down(BytesOf(ModelPart.Gate, plan.Asked.Most), plan.Deal.Clients) + Computing((_, rows) => _charges.Gate(rows, plan.Asked.Most)) + _links.Up(plan.Pipeline.Gate.Features is null ? BytesOf(ModelPart.Gate, plan.Asked.Most) : plan.Pipeline.Gate.SumsBytes(plan.Asked.Most), plan.Deal.Clients));

    /// <summary>A turn in a ring: the model comes, is acknowledged, and is trained.</summary>
    public TimeSpan Turn(IRingStage ring) => Time(_links.Peers(ring.Parts.Sum(BytesOf), 1) + _links.Peers(0, 1) + Computing((_, rows) => ring.Flops(plan, rows)));

    /// <summary>Bytes of a part's parameters. Small beside them, headers are not counted.</summary>
    private double BytesOf(ModelPart part) => BytesOf(part, plan.Deal.Clients);

    private double BytesOf(ModelPart part, int experts) => sizeof(float) * (double)(part == ModelPart.Gate
        ? GateLayout.Of(plan.Model.GateSpec, experts, plan.Settings.Gate.NoiseForm)
        : ParameterLayout.Of(plan.Model.Spec, part, plan.Model.Dimension)).Sum(shape => shape.Count);

    private double Computing(Func<ModelSpec, int, double> flops) => _slowest.Of(flops).Seconds;

    private double Computing(Func<ModelSpec, int, double, double> flops) => _slowest.Of(flops).Seconds;

    private static TimeSpan Time(double seconds) => TimeSpan.FromSeconds(Math.Min(seconds, Deadlines.Longest.TotalSeconds));
}
