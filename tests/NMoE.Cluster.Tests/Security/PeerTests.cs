using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Akka.Actor;
using NMoE.Cluster.Nodes;
using NMoE.Cluster.Security;
using NMoE.Cluster.Tests.Nodes;

namespace NMoE.Cluster.Tests.Security;

public sealed class PeerTests : IAsyncLifetime
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "nmoe-peers-" + Guid.NewGuid().ToString("N"));
    private NodeGroup _group = null!;
    private ClusterNode _node = null!;

    public Task InitializeAsync()
    {
        CertificateFolder.Make(_folder, DateTimeOffset.UtcNow);
        _group = new() { Security = NodeSecurity.FromFolder(_folder) };
        _node = _group.Start(NodeRoles.Coordinator);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _group.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Nodes_with_the_folder_are_one_cluster()
    {
        var worker = _group.Start(NodeRoles.Worker);

        await NodeGroup.UntilAsync(() => NodeGroup.Up(_node).Contains(worker.Address) && NodeGroup.Up(worker).Length == 2, "a node with the folder did not join");
        Assert.Equal("akka.ssl.tcp", worker.Address.Protocol);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("others")]
    [InlineData("secret")]
    public async Task A_node_without_the_folder_does_not_join(string has)
    {
        var stranger = ClusterNode.Start(NodeGroup.Settings(Strangers(has), _node, NodeRoles.Worker), []);
        var worker = _group.Start(NodeRoles.Worker);

        // When one that may join has joined, the one that came before it has been refused.
        await NodeGroup.UntilAsync(() => NodeGroup.Up(_node).Contains(worker.Address), "a node with the folder did not join");
        Assert.Equal(2, Akka.Cluster.Cluster.Get(_node.System).State.Members.Count);
        Assert.Empty(Akka.Cluster.Cluster.Get(stranger.System).State.Members);
        ((ExtendedActorSystem)stranger.System).Abort();
    }

    [Fact]
    public async Task A_peer_without_a_certificate_gets_not_one_byte_of_an_answer()
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", _node.Address.Port!.Value);
        await using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, shown, _, _) => shown is not null);
        var got = 0;
        try
        {
            await tls.AuthenticateAsClientAsync("nmoe");
            await tls.WriteAsync(Encoding.ASCII.GetBytes("hello"));
            got = await tls.ReadAsync(new byte[100]).AsTask().WaitAsync(NodeGroup.Patience);
        }
        catch (Exception refused) when (refused is AuthenticationException or IOException)
        {
            // Under TLS 1.3 the client learns of the refusal only when it reads.
        }

        Assert.Equal(0, got);
    }

    [Fact]
    public async Task A_peer_that_speaks_no_tls_is_cut_off()
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", _node.Address.Port!.Value);
        await client.GetStream().WriteAsync(new byte[200]);
        var answer = new byte[100];
        var got = 0;
        try
        {
            // A TLS alert, then the end.
            for (int read; (read = await client.GetStream().ReadAsync(answer).AsTask().WaitAsync(NodeGroup.Patience)) > 0; got += read)
                Assert.True(got < 50);
        }
        catch (IOException)
        {
            // Reset instead of closed.
        }

        Assert.True(got < 50);
    }

    private NodeSecurity Strangers(string has)
    {
        if (has == "nothing")
            return NodeSecurity.LoopbackOnly;
        var other = _folder + "/of-" + has;
        if (has == "others")
        {
            CertificateFolder.Make(other, DateTimeOffset.UtcNow);
        }
        else
        {
            // The right certificates, and not the secret.
            Directory.CreateDirectory(other);
            foreach (var file in Directory.GetFiles(_folder))
                File.Copy(file, Path.Combine(other, Path.GetFileName(file)));
            File.WriteAllText(Path.Combine(other, "secret"), new string('0', 64));
        }

        return NodeSecurity.FromFolder(other);
    }
}
