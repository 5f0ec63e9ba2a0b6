using System.Net;
using System.Net.Sockets;

namespace NMoE.Bench.Nodes;

/// <summary>What a hostile peer did to a node, and how the node took it.</summary>
/// <param name="Frames">Frames written.</param>
/// <param name="Connections">Connections made; noise ends most.</param>
/// <param name="Answered">Questions that were answered behind a batch of hostile letters.</param>
/// <param name="Unanswered">Questions that were not.</param>
/// <param name="Made">Objects that bytes made: of <see cref="CreationTrap"/>, or of an assembly that was loaded while they came.</param>
public sealed record HostileResult(long Frames, int Connections, int Answered, int Unanswered, int Made);

/// <summary>
/// Writes hostile bytes to a node's port over plain TCP, as one peer after the other: a batch of letters, then a question that the node must still answer, then noise, then the next connection. The question also
/// keeps the peer from running ahead of the node.
/// </summary>
public static class HostilePeer
{
    /// <summary>Letters a connection.</summary>
    public const int Batch = 500;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <summary>Writes at least <paramref name="frames"/> frames.</summary>
    /// <param name="port">The port of a node on 127.0.0.1 without certificates, with an exchange of blobs.</param>
    /// <param name="seed">Another seed, other frames.</param>
    /// <param name="frames">How many.</param>
    /// <param name="progress">Told of the frames written, once a batch.</param>
    /// <param name="cancellation">Stops it.</param>
    public static async Task<HostileResult> AttackAsync(int port, int seed, long frames, Action<long> progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var bytes = new HostileBytes(seed, FormattableString.Invariant($"nmoe@127.0.0.1:{port}"));
        var made = CreationTrap.Made;
        var loaded = 0;
        void Loaded(object? sender, AssemblyLoadEventArgs load) => loaded += load.LoadedAssembly.GetName().Name is "System.Data.Common" or "System.Private.Xml" or "System.Diagnostics.Process" ? 1 : 0;
        AppDomain.CurrentDomain.AssemblyLoad += Loaded;
        try
        {
            var (written, connections, answered) = (0L, 0, 0);
            while (written < frames)
            {
                cancellation.ThrowIfCancellationRequested();
                var batch = (int)Math.Min(Batch, frames - written);
                answered += await ConnectAsync(port, bytes, connections, written, batch, cancellation).ConfigureAwait(false) ? 1 : 0;
                connections++;
                written += batch + 3;
                progress(written);
            }

            return new(written, connections, answered, connections - answered, CreationTrap.Made - made + loaded);
        }
        finally
        {
            AppDomain.CurrentDomain.AssemblyLoad -= Loaded;
        }
    }

    private static async Task<bool> ConnectAsync(int port, HostileBytes bytes, int connection, long first, int batch, CancellationToken cancellation)
    {
        // A node takes a peer that comes back with another number for a new one; few addresses, so that what Akka remembers of each stays bounded.
        var claimed = 1 + (connection % 16);
        using var client = new TcpClient { NoDelay = true };
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, cancellation).ConfigureAwait(false);
            var stream = client.GetStream();
            await stream.WriteAsync(HostileBytes.Associate(claimed, 1 + connection), cancellation).ConfigureAwait(false);
            using var letters = new MemoryStream();
            for (var k = 0; k < batch; k++)
                letters.Write(bytes.Letter(first + k, claimed));
            letters.Write(bytes.Question(claimed));
            var answer = ReadAnswerAsync(stream, cancellation);
            await stream.WriteAsync(letters.GetBuffer().AsMemory(0, (int)letters.Length), cancellation).ConfigureAwait(false);
            var answered = await answer.ConfigureAwait(false);
            await stream.WriteAsync(bytes.Nuisance(first), cancellation).ConfigureAwait(false);
            return answered;
        }
        catch (Exception ended) when (ended is IOException or SocketException)
        {
            return false;
        }
    }

    /// <summary>Whether the manifest of the answer comes by, whatever lies around it.</summary>
    private static async Task<bool> ReadAnswerAsync(NetworkStream stream, CancellationToken cancellation)
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        until.CancelAfter(s_patience);
        var seen = new byte[64 * 1024];
        var kept = 0;
        try
        {
            while (true)
            {
                var read = await stream.ReadAsync(seen.AsMemory(kept), until.Token).ConfigureAwait(false);
                if (read == 0)
                    return false;
                kept += read;
                if (seen.AsSpan(0, kept).IndexOf("blob-absent/1"u8) >= 0)
                    return true;
                // The manifest may be cut in two.
                var tail = Math.Min(kept, 20);
                seen.AsSpan(kept - tail, tail).CopyTo(seen);
                kept = tail;
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}
