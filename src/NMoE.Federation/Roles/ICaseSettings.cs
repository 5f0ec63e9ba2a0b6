using System.Collections.Immutable;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Roles;

/// <summary>Settings of an algorithm's own, as fuzzing draws them: small, and such that faults meet each of its paths.</summary>
internal interface ICaseSettings
{
    /// <summary>Keys that cases keep of an experiment whose protocol they have, and that change what is sent.</summary>
    ImmutableArray<string> Own => [];

    /// <summary>The settings of a case.</summary>
    ExperimentSettings Draw(ExperimentSettings settings, Draw draw);

    /// <summary>A case with the experiment's own choices.</summary>
    ExperimentSettings Keep(ExperimentSettings drawn, ExperimentSettings own) => drawn;

    /// <summary>A case with as many epochs as take about as long as a round of stage 1.</summary>
    /// <param name="settings">The case.</param>
    /// <param name="plan">Its plan, with one epoch.</param>
    /// <param name="epochs">The epochs, by the FLOP of one.</param>
    ExperimentSettings Timed(ExperimentSettings settings, Plan plan, Func<double, int> epochs) => settings;
}
