using NMoE.Federation.Experiments;

namespace NMoE.Reporting.Canonical;

/// <summary>The hash of all that an experiment came to, and of its parts.</summary>
/// <param name="State">Of the four that follow: <see cref="StateHash.Combine"/>.</param>
/// <param name="Trace">Of the events.</param>
/// <param name="Model">Of the final models in client order.</param>
/// <param name="Metrics">Of <see cref="CanonicalForm.Metrics"/>.</param>
/// <param name="Ledger">Of <see cref="CanonicalForm.Ledger"/>.</param>
public sealed record RunHashes(string State, string Trace, string Model, string Metrics, string Ledger)
{
    /// <summary>The hashes of an outcome.</summary>
    public static RunHashes Of(Outcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        var metrics = StateHash.Of(CanonicalForm.Metrics(outcome.Report));
        var ledger = StateHash.Of(stream => CanonicalForm.WriteLedger(stream, outcome.Report.Ledger));
        return new(
            StateHash.Combine(outcome.TraceHash, outcome.ModelHash, metrics, ledger), outcome.TraceHash, outcome.ModelHash, metrics, ledger);
    }
}
