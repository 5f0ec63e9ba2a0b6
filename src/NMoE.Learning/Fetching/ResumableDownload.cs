using System.Net;
using System.Net.Http.Headers;

namespace NMoE.Learning.Fetching;

/// <summary>Downloads a file into a part file, from where an earlier attempt was cut off.</summary>
internal sealed class ResumableDownload(HttpClient http, Uri source, string part, long total, TimeSpan stallAfter)
{
    private const int BufferBytes = 1 << 16;

    /// <summary>Fills the part file until it has all its bytes.</summary>
    /// <exception cref="FetchException">The server refused, sent another number of bytes, or the connection broke; the part file
    /// stays for the next attempt.</exception>
    public async Task RunAsync(IProgress<FetchProgress>? progress, CancellationToken cancellation)
    {
        try
        {
            await using var file = new FileStream(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            if (file.Length > total)
                file.SetLength(0);
            if (file.Length < total)
                await ReceiveAsync(file, progress, cancellation).ConfigureAwait(false);
            CheckLength(file);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException)
        {
            throw Stopped(e.Message.TrimEnd('.'), e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw Stopped(FormattableString.Invariant($"the server sent nothing for {stallAfter.TotalSeconds} s"), e);
        }
    }

    private FetchException Stopped(string reason, Exception inner) =>
        new($"{source}: the download into {part} stopped: {reason}. The same command goes on from there.", inner);

    private async Task ReceiveAsync(FileStream file, IProgress<FetchProgress>? progress, CancellationToken cancellation)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stall.CancelAfter(stallAfter);
        using var response = await AskAsync(file.Length, stall.Token).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            throw new FetchException(FormattableString.Invariant(
                $"{source}: the server answered {(int)response.StatusCode} {response.ReasonPhrase}. The archive's address is needed."));
        }

        // A server that does not know ranges sends the whole file with 200: what is here is written over.
        if (response.StatusCode != HttpStatusCode.PartialContent || response.Content.Headers.ContentRange?.From != file.Length)
            file.SetLength(0);
        file.Position = file.Length;
        await using var body = await response.Content.ReadAsStreamAsync(stall.Token).ConfigureAwait(false);
        var buffer = new byte[BufferBytes];
        int read;
        while (file.Length <= total && (read = await body.ReadAsync(buffer, stall.Token).ConfigureAwait(false)) > 0)
        {
            await file.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
            stall.CancelAfter(stallAfter);
            progress?.Report(new(file.Position, total));
        }
    }

    private async Task<HttpResponseMessage> AskAsync(long offset, CancellationToken cancellation)
    {
        var response = await SendAsync(offset, cancellation).ConfigureAwait(false);
        var range = response.Content.Headers.ContentRange;
        var isUnusable = response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable
            || (response.StatusCode == HttpStatusCode.PartialContent && range?.From != offset);
        if (offset == 0 || !isUnusable)
            return response;
        response.Dispose();
        return await SendAsync(0, cancellation).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendAsync(long offset, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, source);
        if (offset > 0)
            request.Headers.Range = new RangeHeaderValue(offset, null);
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
    }

    private void CheckLength(FileStream file)
    {
        if (file.Length != total)
        {
            throw new FetchException(FormattableString.Invariant(
                $"{source}: {file.Length} of {total} bytes came. The same command goes on from there, or starts over if it is too long."));
        }
    }
}
