using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Models;

namespace NMoE.Federation.Configuration;

/// <summary>Refuses a model that its pictures or its norms do not fit.</summary>
internal static class ModelCheck
{
    /// <exception cref="ConfigurationException">The pictures are too small for the extractor, or norms should be local that it has not.</exception>
    public static void Run(ExperimentSettings settings, Values values)
    {
        var (key, norm) = (KeyPath.Of(all => all.Model.Extractor), KeyPath.Of(all => all.Model.Norm));
        if (settings.Model.Norm == NormRule.BatchLocal && !Extractors.Of(settings.Model.Extractor).HasNorms)
        {
            throw new ConfigurationException(
                values.Origin(norm), norm, $"{settings.Model.Extractor} has no batch norms that a client could keep", $"Write group, or a residual network for {key}");
        }

        try
        {
            Parts.Of(Model.SpecOf(settings, settings.Data.Form), ModelPart.Extractor, 0);
        }
        catch (ModelException wrong)
        {
            throw new ConfigurationException(values.Origin(key), key, wrong.Message, "Write another extractor, such as resnet8 or mlp");
        }
    }
}
