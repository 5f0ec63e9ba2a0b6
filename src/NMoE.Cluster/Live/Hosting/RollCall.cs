using System.Collections.Immutable;

namespace NMoE.Cluster.Live.Hosting;

/// <summary>While a node waits for a run to begin: says who is here and how many are missing, at each change and each minute, until patience is over.</summary>
/// <param name="settings">What the node is told.</param>
internal sealed class RollCall(LiveSettings settings)
{
    private static readonly TimeSpan Reminder = TimeSpan.FromMinutes(1);

    // The first look is a moment after the start, when nobody can have answered.
    private static readonly TimeSpan FirstWord = TimeSpan.FromSeconds(5);
    private readonly long _since = settings.Time.GetTimestamp();
    private string _said = string.Empty;
    private TimeSpan _saidAt;

    /// <summary>Looks who is here.</summary>
    /// <param name="here">Names of the nodes that this one knows, itself among them once it is a member.</param>
    /// <param name="giveUp">Told why, when patience is over.</param>
    public void Look(ImmutableArray<string> here, Action<string> giveUp)
    {
        var waited = settings.Time.GetElapsedTime(_since);
        if (waited >= settings.Patience)
        {
            giveUp(FormattableString.Invariant($"{Standing(here)}, and {settings.Patience.TotalSeconds:0} s are over (--patience)"));
            return;
        }

        if (here.IsEmpty && waited < FirstWord)
        {
            return;
        }

        var standing = Standing(here);
        if (standing != _said || waited - _saidAt >= Reminder)
        {
            (_said, _saidAt) = (standing, waited);
            settings.Say(FormattableString.Invariant($"waiting: {standing}, for {(settings.Patience - waited).TotalSeconds:0} s at most"));
        }
    }

    private string Standing(ImmutableArray<string> here)
    {
        if (here.IsEmpty)
        {
            return $"no node answers at {string.Join(" or ", settings.Seeds)}, which must be written as that node's own --listen";
        }

        var missing = Math.Max(0, settings.Nodes - here.Length);
        return FormattableString.Invariant($"{here.Length} of {settings.Nodes} nodes here ({string.Join(", ", here)}), {missing} missing");
    }
}
