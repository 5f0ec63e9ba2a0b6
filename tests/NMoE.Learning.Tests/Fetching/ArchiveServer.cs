using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace NMoE.Learning.Tests.Fetching;

/// <summary>A local web server that holds one file, and notes what it was asked for.</summary>
internal sealed class ArchiveServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly byte[] _content;
    private readonly Task _loop;

    public ArchiveServer(byte[] content)
    {
        _content = content;
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            var port = ((IPEndPoint)free.LocalEndpoint).Port;
            Source = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/archive.tar.gz"));
        }

        _listener.Prefixes.Add(Source.GetLeftPart(UriPartial.Authority) + "/");
        _listener.Start();
        _loop = Task.Run(ServeAsync);
    }

    public Uri Source { get; }

    /// <summary>The Range header of each request, in order; empty without one.</summary>
    public List<string> Ranges { get; } = [];

    public bool KnowsRanges { get; init; } = true;

    /// <summary>The first answer breaks off after this many bytes.</summary>
    public int? FirstCutAt { get; init; }

    /// <summary>How long the server is silent before it breaks off.</summary>
    public TimeSpan CutAfter { get; init; } = TimeSpan.FromSeconds(0.2);

    public void Dispose()
    {
        _listener.Close();
        _loop.Wait(TimeSpan.FromSeconds(5));
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            await AnswerAsync(context);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var range = context.Request.Headers["Range"] ?? "";
        Ranges.Add(range);
        var from = KnowsRanges && range.Length > 0 ? int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture) : 0;
        var response = context.Response;
        if (from > 0)
        {
            response.StatusCode = (int)HttpStatusCode.PartialContent;
            response.Headers["Content-Range"] = FormattableString.Invariant($"bytes {from}-{_content.Length - 1}/{_content.Length}");
        }

        response.ContentLength64 = _content.Length - from;
        var end = Ranges.Count == 1 && FirstCutAt is { } cut ? cut : _content.Length;
        await response.OutputStream.WriteAsync(_content.AsMemory(from, end - from));
        await response.OutputStream.FlushAsync();
        if (end < _content.Length)
        {
            await Task.Delay(CutAfter);
            response.Abort();
        }
        else
        {
            response.Close();
        }
    }
}
