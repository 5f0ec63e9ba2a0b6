namespace NMoE.Cluster.Nodes;

/// <summary>Why a node is no longer of its cluster.</summary>
public enum NodeEnd
{
    /// <summary>It left, by its owner's wish.</summary>
    Left,

    /// <summary>The others downed it: it must start again as a new node.</summary>
    Downed,

    /// <summary>It could not reach the node whose side goes on, and gave itself up: it must start again as a new node.</summary>
    CutOff,

    /// <summary>A peer has quarantined it, and takes no message from it any more: it must start again as a new node.</summary>
    Quarantined,

    /// <summary>It was cut off while it joined, and waits in vain to become a member: it must start again as a new node.</summary>
    Orphaned,
}
