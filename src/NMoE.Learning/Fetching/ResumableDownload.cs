using System.Net;
using System.Net.Http.Headers;

namespace NMoE.Learning.Fetching;

/// <summary>Downloads a file into a part file, from where an earlier attempt was cut off.</summary>
internal sealed class ResumableDownload(HttpClient http, Uri source, string part, long total)
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
        catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException || IsTimeout(e, cancellation))
        {
            throw new FetchException(
                $"{source}: the download into {part} stopped: {e.Message.TrimEnd('.')}. The same command goes on from there.", e);
        }
    }

    private static bool IsTimeout(Exception error, CancellationToken cancellation) =>
        error is OperationCanceledException && !cancellation.IsCancellationRequested;

    private async Task ReceiveAsync(FileStream file, IProgress<FetchProgress>? progress, CancellationToken cancellation)
    {
        using var response = await AskAsync(file.Length, cancellation).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            throw new FetchException(FormattableString.Invariant(
                $"{source}: the server answered {(int)response.StatusCode} {response.ReasonPhrase}. The address of the archive is needed."));
        }

        // A server that does not know ranges sends the whole file with 200: what is here is written over.
        if (response.StatusCode != HttpStatusCode.PartialContent || response.Content.Headers.ContentRange?.From != file.Length)
            file.SetLength(0);
        file.Position = file.Length;
        await using var body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        var buffer = new byte[BufferBytes];
        int read;
        while (file.Length <= total && (read = await body.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0)
        {
            await file.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
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
                $"{source}: {file.Length} of {total} bytes came. The same command goes on from there, or starts over when it is too long."));
        }
    }
}
