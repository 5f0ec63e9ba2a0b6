using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using NMoE.Reporting.Watching;

namespace NMoE.Cli.Watching;

/// <summary>
/// Serves the page of a run on this machine's loopback address alone, under an address that nobody can guess: another user of the machine could reach the port. It shows and takes nothing.
/// </summary>
internal sealed class WatchServer : IAsyncDisposable
{
    private const int TokenBytes = 16;
    private const int MostConnections = 256;
    private readonly WebApplication _app;
    private readonly IWatched _watched;
    private readonly byte[] _token = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes)));

    /// <summary>A server that does not listen yet.</summary>
    /// <param name="watched">What is served.</param>
    /// <param name="port">Where; 0 for a port that is free.</param>
    public WatchServer(IWatched watched, int port)
    {
        _watched = watched;
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxConcurrentConnections = MostConnections;
            server.Limits.MaxRequestBodySize = 0;
            server.Listen(IPAddress.Loopback, port);
        });
        _app = builder.Build();
        _app.Run(Answer);
    }

    /// <summary>The page's address, once it listens.</summary>
    public Uri Address => new($"{_app.Urls.Single()}/{Encoding.ASCII.GetString(_token)}/");

    /// <summary>Listens.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public Task Start(CancellationToken cancellation) => _app.StartAsync(cancellation);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task Answer(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        return request.Path.Value?.Split('/') is not ["", var token, var what] || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), _token) ? Nothing(response, StatusCodes.Status404NotFound)
            : !HttpMethods.IsGet(request.Method) ? Nothing(response, StatusCodes.Status405MethodNotAllowed)
            : what switch
            {
                "" => Send(response, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(WatchPage.Text)),
                "state" => State(request, response),
                _ => Nothing(response, StatusCodes.Status404NotFound),
            };
    }

    /// <summary>Who has this version already is told so in a few bytes.</summary>
    private Task State(HttpRequest request, HttpResponse response)
    {
        if (_watched.State(request.Query["run"] is [{ Length: > 0 } run, ..] ? run : null) is not { } state)
            return Nothing(response, StatusCodes.Status404NotFound);
        var version = $"\"{state.Version}\"";
        response.Headers.ETag = version;
        return request.Headers.IfNoneMatch == version ? Nothing(response, StatusCodes.Status304NotModified) : Send(response, "application/json", state.Json);
    }

    private static Task Nothing(HttpResponse response, int code)
    {
        response.StatusCode = code;
        return Task.CompletedTask;
    }

    private static async Task Send(HttpResponse response, string type, ReadOnlyMemory<byte> body)
    {
        response.ContentType = type;
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body).ConfigureAwait(false);
    }
}
