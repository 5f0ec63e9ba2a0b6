using NMoE.Learning.Jobs;
using NMoE.Learning.Models;

namespace NMoE.Learning.Cost;

/// <summary>
/// FLOP of each kind of job, counted from the architecture: two a multiply-add of convolutions and linear layers; what norms and
/// activations add, about one in a hundred, is left out. Training costs three forward passes: forward, and backward to inputs and weights.
/// </summary>
public static class LearningCost
{
    private const double TrainingPasses = 3;

    /// <summary>Number of trained parameters of a part.</summary>
    public static long Parameters(ModelSpec model, ModelPart part, int experts) =>
        ParameterLayout.Of(model, part, experts).Where(shape => shape.Role == ParameterRole.Trained).Sum(shape => shape.Count);

    /// <summary>F of one picture, in FLOP.</summary>
    public static double ExtractorForward(ModelSpec model) => Parts.Of(model, ModelPart.Extractor, 0).Flops;

    /// <summary>An expert on one latent, in FLOP.</summary>
    public static double ExpertForward(ModelSpec model) => Parts.Of(model, ModelPart.Expert, 0).Flops;

    /// <summary>The projection head on one latent, in FLOP.</summary>
    public static double ProjectionForward(ModelSpec model, int dimension) => Parts.Of(model, ModelPart.Projection, dimension).Flops;

    /// <summary>R of some pictures: two views each through F and the head, and their outer products.</summary>
    public static double Correlation(ModelSpec model, int dimension, int samples) =>
        2.0 * samples * (ExtractorForward(model) + ProjectionForward(model, dimension) + (2.0 * dimension * dimension));

    /// <summary>A client's epochs of a round without labels: two views of each picture, forward and backward.</summary>
    public static double SelfSupervised(ModelSpec model, int dimension, int samples, int epochs) =>
        TrainingPasses * epochs * Correlation(model, dimension, samples);

    /// <summary>The gate on one latent, in FLOP.</summary>
    public static double GateForward(ModelSpec model, int clients) => Parts.Of(model, ModelPart.Gate, clients).Flops;

    /// <summary>A client's epochs of a round of FedCE.</summary>
    public static double FedCe(ModelSpec model, int samples, int epochs) =>
        TrainingPasses * samples * epochs * (ExtractorForward(model) + ExpertForward(model));

    /// <summary>F of some rows.</summary>
    public static double Latents(ModelSpec model, int rows) => rows * ExtractorForward(model);

    /// <summary>A client's epochs of its expert.</summary>
    public static double Expert(ModelSpec model, int samples, int epochs) => TrainingPasses * samples * epochs * ExpertForward(model);

    /// <summary>An expert on some rows.</summary>
    public static double Logits(ModelSpec model, int rows) => rows * ExpertForward(model);

    /// <summary>Two extractors and the gate that mixes what they give, on some rows.</summary>
    public static double PFedMoeLatents(PFedMoeForm form, int rows)
    {
        ArgumentNullException.ThrowIfNull(form);
        return rows * (ExtractorForward(form.Model) + ExtractorForward(form.Own) + form.Gate().Flops);
    }

    /// <summary>A client's epochs of a round of those and a predictor.</summary>
    public static double PFedMoe(PFedMoeForm form, int rows, int epochs)
    {
        ArgumentNullException.ThrowIfNull(form);
        return TrainingPasses * epochs * (PFedMoeLatents(form, rows) + (rows * ExpertForward(form.Model)));
    }

    /// <summary>A client's epochs of its own gate between two predictors, which each see the rows once.</summary>
    public static double HomeGate(HomeForm form, int rows, int epochs)
    {
        ArgumentNullException.ThrowIfNull(form);
        return Logits(form.Model, rows) + Logits(form.Own, rows) + Gate(form.GateSpec(), 1, rows, epochs);
    }

    /// <summary>Both predictors and that gate on some rows.</summary>
    public static double HomeMixture(HomeForm form, int rows)
    {
        ArgumentNullException.ThrowIfNull(form);
        return Logits(form.Model, rows) + Logits(form.Own, rows) + (rows * GateForward(form.GateSpec(), 1));
    }

    /// <summary>Latents of some rows to the form that travels, or back: a multiplication and an addition a number.</summary>
    public static double Requantise(ModelSpec model, int rows)
    {
        ArgumentNullException.ThrowIfNull(model);
        return 2.0 * rows * model.Latent;
    }

    /// <summary>An update to the form in which it travels: a difference, a sum, a comparison or product, and what is left out, a number.</summary>
    public static double Compress(CompressParameters how)
    {
        ArgumentNullException.ThrowIfNull(how);
        return 4.0 * how.Parts.Sum(part => Parameters(how.Model, part, how.Outputs));
    }

    /// <summary>The model that it makes of the one it started from: a product and a sum a number.</summary>
    public static double Restore(CompressParameters how) => Compress(how) / 2;

    /// <summary>A model to the form in which it travels, or back: a product and a sum a number.</summary>
    public static double Pack(CompressParameters how) => Restore(how);

    /// <summary>Sums of some latents and their random features by expert, and of their outer products.</summary>
    public static double GateSums(ModelSpec model, int clients, int rows, int features)
    {
        ArgumentNullException.ThrowIfNull(model);
        double width = model.Latent + features;
        return (2.0 * rows * width * (width + clients)) + Features(model, rows, features);
    }

    /// <summary>A gate of those sums: the covariance, and the solution of D + K equations for each expert.</summary>
    public static double Discriminant(ModelSpec model, int clients, int features)
    {
        ArgumentNullException.ThrowIfNull(model);
        double width = model.Latent + features;
        return (2.0 / 3.0 * Math.Pow(width, 3)) + (4.0 * width * width * clients);
    }

    /// <summary>Mean and mean square of some latents: a multiplication and two additions a number.</summary>
    public static double Moments(ModelSpec model, int rows)
    {
        ArgumentNullException.ThrowIfNull(model);
        return 3.0 * rows * model.Latent;
    }

    /// <summary>The gate on some rows, and its random features.</summary>
    public static double Route(ModelSpec model, int clients, int rows, int features) =>
        (rows * GateForward(model, clients)) + (2.0 * rows * features * clients) + Features(model, rows, features);

    /// <summary>A client's epochs of a round of FedGate; noise whose size is learned is a linear layer more.</summary>
    public static double FedGate(ModelSpec model, int clients, int samples, int epochs, RouterNoise noise)
    {
        ArgumentNullException.ThrowIfNull(model);
        return TrainingPasses * samples * epochs * (GateForward(model, clients) + (noise == RouterNoise.Shazeer ? 2.0 * model.Latent * clients : 0));
    }

    /// <summary>Epochs of a gate on latents, or of a linear probe.</summary>
    public static double Gate(ModelSpec model, int clients, int samples, int epochs) =>
        TrainingPasses * samples * epochs * GateForward(model, clients);

    private static double Features(ModelSpec model, int rows, int features) => 2.0 * rows * features * model.Latent;
}
