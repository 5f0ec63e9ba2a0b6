using System.Collections.Immutable;
using NMoE.Federation.Experiments;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Fuzzing.Invariants;

/// <summary>Something that invariants look at.</summary>
/// <param name="At">When.</param>
public abstract record Happening(VirtualTime At);

/// <summary>A role has decided; its effects are carried out next.</summary>
/// <param name="At">When.</param>
/// <param name="Device">The device.</param>
/// <param name="Before">The role's state before.</param>
/// <param name="Message">What it was told.</param>
/// <param name="After">Its state after.</param>
/// <param name="Effects">What it wants done, in order.</param>
internal sealed record RoleDecided(
    VirtualTime At, DeviceId Device, object Before, object Message, object After, ImmutableArray<Effect> Effects) : Happening(At)
{
    /// <summary>What it sends, for the first time or again.</summary>
    public IEnumerable<Send> Sent() => Effects.Select(effect => effect is SendAgain again ? again.What : effect).OfType<Send>();
}

/// <summary>A transfer has begun.</summary>
/// <param name="At">When.</param>
/// <param name="Number">Tells it from all others.</param>
/// <param name="Transfer">The transfer.</param>
internal sealed record TransferBegan(VirtualTime At, long Number, Transfer Transfer) : Happening(At);

/// <summary>A transfer has ended.</summary>
/// <param name="At">When.</param>
/// <param name="Number">As it was when it began.</param>
/// <param name="End">What became of it.</param>
/// <param name="Air">What left its sender for it.</param>
internal sealed record TransferEnded(VirtualTime At, long Number, TransferEnd End, AirBytes Air) : Happening(At);

/// <summary>A role let something be seen.</summary>
/// <param name="At">When.</param>
/// <param name="What">What.</param>
public sealed record Observed(VirtualTime At, Observation What) : Happening(At);

/// <summary>An event, and all that followed from it at once, is over.</summary>
/// <param name="At">When.</param>
internal sealed record EventOver(VirtualTime At) : Happening(At);

/// <summary>The run is over.</summary>
/// <param name="At">When.</param>
/// <param name="Outcome">Its result, or null.</param>
/// <param name="Failure">Why there is none, or null.</param>
internal sealed record RunOver(VirtualTime At, Outcome? Outcome, Exception? Failure) : Happening(At);
