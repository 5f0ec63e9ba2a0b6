using System.Collections.Immutable;
using NMoE.Cluster.Wire;

namespace NMoE.Bench.Nodes;

/// <summary>What came to the readers of a family of messages.</summary>
/// <param name="Name">The family.</param>
/// <param name="Read">Messages that were read.</param>
/// <param name="Refused">Messages that a reader refused.</param>
public sealed record FamilyResult(string Name, long Read, long Refused);

/// <summary>Counts what a family's readers read and refuse.</summary>
internal sealed class FormTally
{
    private readonly string _name;
    private long _read;
    private long _refused;

    public FormTally(string name, ImmutableArray<WireForm> forms)
    {
        _name = name;
        Forms = [.. forms.Select(form => form with { Read = bytes => Read(form, bytes) })];
    }

    /// <summary>The same forms, counted.</summary>
    public ImmutableArray<WireForm> Forms { get; }

    public FamilyResult Result => new(_name, Interlocked.Read(ref _read), Interlocked.Read(ref _refused));

    private object Read(WireForm form, ReadOnlyMemory<byte> bytes)
    {
        var read = false;
        try
        {
            var message = form.Read(bytes);
            read = true;
            return message;
        }
        finally
        {
            Interlocked.Increment(ref read ? ref _read : ref _refused);
        }
    }
}
