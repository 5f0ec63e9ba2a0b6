using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Akka.Actor;
using Akka.Cluster.Tools.Singleton;
using Akka.Dispatch.SysMsg;
using NMoE.Cluster.Nodes;
using NMoE.Cluster.Tests.Nodes;
using NMoE.Cluster.Wire;
using NMoE.Federation.Protocol;
using AkkaSerialization = Akka.Serialization.Serialization;

namespace NMoE.Cluster.Tests.Wire;

public sealed class WireSerializerTests(WireSerializerTests.OneNode one) : IClassFixture<WireSerializerTests.OneNode>
{
    private readonly ExtendedActorSystem _system = one.System;

    private AkkaSerialization Wire => _system.Serialization;

    [Fact]
    public void A_message_with_a_form_comes_back_equal()
    {
        var (bytes, number, manifest) = Write(new Word("gate"));

        Assert.Equal((WireSerializer.Number, "test-word/1"), (number, manifest));
        Assert.Equal(new Word("gate"), Wire.Deserialize(bytes, number, manifest));
    }

    [Fact]
    public void The_size_is_known_before_sending()
    {
        // Protobuf: one tag byte, one length byte, four letters.
        Assert.Equal(6, ((WireSerializer)Wire.FindSerializerForType(typeof(Word))).SizeOf(new Word("gate")));
        Assert.Equal(6, Write(new Word("gate")).Bytes.Length);
    }

    [Theory]
    [InlineData("a string")]
    [InlineData(7)]
    [InlineData(new byte[] { 1, 2 })]
    public void A_value_without_a_form_is_not_sent(object value) => Assert.Throws<WireException>(() => Write(value));

    [Fact]
    public void A_message_of_an_unregistered_type_is_not_sent() =>
        Assert.Throws<System.Runtime.Serialization.SerializationException>(() => Write(new Uri("http://example.org")));

    [Fact]
    public void What_could_stop_or_deploy_an_actor_is_not_sent()
    {
        object[] harmful =
        [
            PoisonPill.Instance, Kill.Instance, new Terminate(), new Suspend(), new Status.Failure(new InvalidOperationException("x")),
            new Failed(_system.DeadLetters, new InvalidOperationException("x"), 1), new Google.Protobuf.WellKnownTypes.Empty(),
        ];

        Assert.All(harmful, message => Assert.ThrowsAny<WireException>(() => Write(message)));
    }

    [Fact]
    public void No_serializer_but_three_exists()
    {
        var byNumber = (IDictionary)typeof(AkkaSerialization).GetField("_serializersById", BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(Wire)!;

        Assert.Equal(
            [typeof(RefusedSerializer), typeof(WireSerializer), typeof(AdmittedSerializer)],
            byNumber.Keys.Cast<int>().Order().Select(number => byNumber[number]!.GetType()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(22)]
    [InlineData(36)]
    [InlineData(12345)]
    [InlineData(-1)]
    public void A_frame_that_names_another_serializer_creates_nothing(int number)
    {
        var json = Encoding.UTF8.GetBytes($$"""{"$type":"{{typeof(Trap).AssemblyQualifiedName}}"}""");
        Trap.Sprung = false;

        Assert.ThrowsAny<Exception>(() => Wire.Deserialize(json, number, typeof(Trap).AssemblyQualifiedName!));
        Assert.ThrowsAny<Exception>(() => Wire.Deserialize(json, number, ""));
        Assert.False(Trap.Sprung);
    }

    [Theory]
    [InlineData(WireSerializer.Number)]
    [InlineData(AdmittedSerializer.Number)]
    public void A_manifest_that_nobody_has_creates_nothing(int number)
    {
        Trap.Sprung = false;
        string[] manifests = [typeof(Trap).AssemblyQualifiedName!, "", "test-word/2", "TEST-WORD/1", "PP", "Akka.Cluster.Routing.ClusterRouterPool, Akka.Cluster"];

        Assert.All(manifests, manifest => Assert.Throws<WireException>(() => Wire.Deserialize([], number, manifest)));
        Assert.False(Trap.Sprung);
    }

    [Fact]
    public void A_message_longer_than_its_form_is_neither_sent_nor_read()
    {
        Assert.Throws<WireException>(() => Write(new Word(new string('a', 80))));
        Assert.Throws<WireException>(() => Wire.Deserialize(new byte[65], WireSerializer.Number, "test-word/1"));
    }

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 10, 200, 1 })]
    [InlineData(new byte[] { 10, 2, 0xC3, 0x28, 0x0A })]
    public void Bytes_that_are_no_message_are_one_kind_of_error(byte[] bytes) =>
        Assert.Throws<WireException>(() => Wire.Deserialize(bytes, WireSerializer.Number, "test-word/1"));

    [Fact]
    public void A_hand_over_of_a_singleton_and_a_watch_go_through()
    {
        var peers = Peers();

        Assert.All(new object[] { new Watch(Ours(), peers), new Unwatch(Ours(), peers), new DeathWatchNotification(peers, true, false), HandOver(), new Identify(null) }, message =>
        {
            var (bytes, number, manifest) = Write(message);
            Assert.Equal(AdmittedSerializer.Number, number);
            Assert.IsType(message.GetType(), Wire.Deserialize(bytes, number, manifest));
        });
    }

    [Fact]
    public void A_watch_or_a_death_that_names_no_actor_of_the_peer_is_refused()
    {
        object[] forged = [new Watch(Ours(), Ours()), new Unwatch(Peers(), Peers()), new DeathWatchNotification(Ours(), true, false)];

        Assert.All(forged, message =>
        {
            var (bytes, number, manifest) = Write(message);
            Assert.Throws<WireException>(() => Wire.Deserialize(bytes, number, manifest));
        });
        // As hostile bytes had it, a death of nobody ended the node's cluster daemon.
        Assert.All(new[] { "akka-died/1", "akka-watch/1", "akka-unwatch/1" }, manifest => Assert.Throws<WireException>(() => Wire.Deserialize([], AdmittedSerializer.Number, manifest)));
        Assert.Throws<WireException>(() => Wire.Deserialize([10, 0], AdmittedSerializer.Number, "akka-died/1"));
    }

    [Fact]
    public void A_selection_by_name_goes_through_and_one_by_pattern_does_not()
    {
        var (bytes, number, manifest) = Write(new ActorSelectionMessage(new Word("gate"), [new SelectChildName("user")], false));
        Assert.Equal(new Word("gate"), ((ActorSelectionMessage)Wire.Deserialize(bytes, number, manifest)).Message);

        (bytes, number, manifest) = Write(new ActorSelectionMessage(new Word("gate"), [new SelectChildPattern("*")], false));
        Assert.Throws<WireException>(() => Wire.Deserialize(bytes, number, manifest));
    }

    [Fact]
    public void Messages_within_messages_end_before_the_stack_does()
    {
        object message = new Word("gate");
        for (var depth = 0; depth < 2; depth++)
            message = new ActorSelectionMessage(message, [new SelectChildName("a")], false);
        var (bytes, number, manifest) = Write(message);
        Assert.IsType<ActorSelectionMessage>(Wire.Deserialize(bytes, number, manifest));

        // 4000 deep is what one frame holds.
        for (var depth = 0; depth < 4000; depth++)
            bytes = Around(bytes);
        Assert.Throws<WireException>(() => Wire.Deserialize(bytes, number, manifest));
    }

    [Fact]
    public void A_seal_of_another_secret_or_a_changed_byte_is_refused()
    {
        var seal = MessageSeal.Under(new byte[32]);
        var message = new byte[4 + seal.Bytes];
        RandomNumberGenerator.Fill(message);
        seal.Close("test-word/1", message);

        Assert.Equal(message[..4], seal.Open("test-word/1", message).ToArray());
        Assert.Throws<WireException>(() => seal.Open("test-word/2", message));
        Assert.Throws<WireException>(() => MessageSeal.Under([.. Enumerable.Repeat((byte)1, 32)]).Open("test-word/1", message));
        Assert.Throws<WireException>(() => seal.Open("test-word/1", message.AsMemory(0, 3)));
        for (var at = 0; at < message.Length; at++)
        {
            message[at] ^= 1;
            Assert.Throws<WireException>(() => seal.Open("test-word/1", message));
            message[at] ^= 1;
        }
    }

    [Fact]
    public void A_seal_is_the_first_half_of_the_hmac_that_its_text_says()
    {
        var seal = MessageSeal.Under(new byte[32]);
        var message = new byte[2 + seal.Bytes];
        seal.Close("a/1", message);

        Assert.Equal(HMACSHA256.HashData(new byte[32], (byte[])[.. "nmoe wire 1\0a/1\0"u8, 0, 0])[..16], message[2..]);
    }

    private IInternalActorRef Ours() => (IInternalActorRef)_system.DeadLetters;

    private IInternalActorRef Peers() => (IInternalActorRef)_system.Provider.ResolveActorRef("akka.tcp://nmoe@127.0.0.1:1/user/peer");

    private static object HandOver() => Activator.CreateInstance(
        typeof(ClusterSingletonManager).Assembly.GetType("Akka.Cluster.Tools.Singleton.HandOverDone")!, nonPublic: true)!;

    // Protobuf of Akka's container by hand: payload (1) { message (1), serializer (2), manifest (3) }.
    private static byte[] Around(byte[] inner)
    {
        ImmutableArray<byte> manifest = [.. "akka-selection/1"u8];
        byte[] payload = [10, .. Varint(inner.Length), .. inner, 16, .. Varint(AdmittedSerializer.Number), 26, (byte)manifest.Length, .. manifest];
        return [10, .. Varint(payload.Length), .. payload];
    }

    private static IEnumerable<byte> Varint(int value)
    {
        for (; value >= 128; value >>= 7)
            yield return (byte)(value | 128);
        yield return (byte)value;
    }

    private (byte[] Bytes, int Number, string Manifest) Write(object message)
    {
        var serializer = Wire.FindSerializerFor(message);
        return (serializer.ToBinary(message), serializer.Identifier, AkkaSerialization.ManifestFor(serializer, message));
    }

    /// <summary>A node that all these tests share.</summary>
    public sealed class OneNode : IAsyncLifetime
    {
        private readonly NodeGroup _group = new() { Forms = Word.Forms };

        public OneNode() => System = (ExtendedActorSystem)_group.Start(NodeRoles.Coordinator).System;

        public ExtendedActorSystem System { get; }

        public Task InitializeAsync() => Task.CompletedTask;

        public async Task DisposeAsync() => await _group.DisposeAsync();
    }

    /// <summary>A type that tells when bytes made one.</summary>
    public sealed class Trap
    {
        public Trap() => Sprung = true;

        public static bool Sprung { get; set; }
    }
}
