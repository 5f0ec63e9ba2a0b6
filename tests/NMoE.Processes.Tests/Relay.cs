using System.Net;
using System.Net.Sockets;

namespace NMoE.Processes.Tests;

/// <summary>A forwarded port that can be cut: connections break, and new ones lead nowhere until it is mended.</summary>
internal sealed class Relay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _to;
    private readonly List<TcpClient> _open = [];
    private bool _isCut;

    public Relay(int to)
    {
        _to = to;
        _listener.Start();
        _ = AcceptAll();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Cut()
    {
        lock (_open)
        {
            _isCut = true;
            foreach (var client in _open)
                client.Dispose();
            _open.Clear();
        }
    }

    public void Mend()
    {
        lock (_open)
            _isCut = false;
    }

    public void Dispose()
    {
        Cut();
        _listener.Dispose();
    }

    private async Task AcceptAll()
    {
        try
        {
            while (true)
                _ = Forward(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // The relay is gone.
        }
    }

    private async Task Forward(TcpClient from)
    {
        using var to = new TcpClient();
        try
        {
            lock (_open)
            {
                if (_isCut)
                {
                    from.Dispose();
                    return;
                }

                _open.AddRange([from, to]);
            }

            await to.ConnectAsync(IPAddress.Loopback, _to);
            await Task.WhenAny(from.GetStream().CopyToAsync(to.GetStream()), to.GetStream().CopyToAsync(from.GetStream()));
        }
        catch (Exception end) when (end is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // One side went; the other is closed below.
        }
        finally
        {
            from.Dispose();
        }
    }
}
