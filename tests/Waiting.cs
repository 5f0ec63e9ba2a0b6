namespace NMoE;

/// <summary>How specs wait for what really happens: until it is there. The only limit is for what never comes, and no machine is so busy that it reaches it.</summary>
internal static class Waiting
{
    /// <summary>Whoever has waited for so long hangs.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);
}
