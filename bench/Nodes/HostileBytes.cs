using Google.Protobuf;
using NMoE.Bench.Nodes.Frames;
using NMoE.Cluster.Wire;

namespace NMoE.Bench.Nodes;

/// <summary>
/// What a hostile peer may write to a node's port, frame by frame, each a function of a seed and its number: letters with any serializer, manifest and content that get as far as a serializer, and noise that
/// Akka's own layers must stop.
/// </summary>
/// <param name="seed">Another seed, other frames.</param>
/// <param name="node">The node's address, without the protocol: <c>nmoe@127.0.0.1:4000</c>.</param>
public sealed class HostileBytes(int seed, string node)
{
    // What an unwary serializer would make: a type of ours that tells, and types of assemblies that are not loaded.
    private static readonly string[] s_types =
    [
        typeof(CreationTrap).AssemblyQualifiedName!, $"{typeof(CreationTrap).FullName}, NMoE.Bench", "System.Xml.XmlDocument, System.Private.Xml", "System.Data.DataSet, System.Data.Common",
        "System.Diagnostics.Process, System.Diagnostics.Process", "Akka.Actor.PoisonPill, Akka", "Akka.Dispatch.SysMsg.Terminate, Akka", "Akka.Cluster.Routing.ClusterRouterPool, Akka.Cluster",
    ];

    private static readonly string[] s_manifests =
    [
        "blob-wanted/1", "blob-chunk/1", "blob-absent/1", "blob-wanted/2", "", "PP", "K", "STF", "CF", "RORRC", AdmittedNames.Selection, AdmittedNames.Watch, AdmittedNames.Unwatch, AdmittedNames.Died,
        .. AdmittedNames.Membership.Values.Order(StringComparer.Ordinal), .. AdmittedNames.HandOvers.Values.Order(StringComparer.Ordinal), .. AdmittedNames.Questions.Values.Order(StringComparer.Ordinal),
    ];

    private static readonly int[] s_serializers = [0, 1, 2, 3, 4, 5, 6, 14, 16, 17, 22, 36, WireSerializer.Number, AdmittedSerializer.Number, 1000, -1, int.MaxValue, int.MinValue];

    private static readonly string[] s_paths = ["/user/blobs", "/user/blobs/serving", "/system/cluster/core/daemon", "/system/cluster/heartbeatReceiver", "/remote", "/", "/user", "/system/remoting", "/user/nobody"];

    private static readonly Sample[] s_samples = [.. Samples.Work, .. Samples.Live];

    private static readonly string[] s_roles = ["/user/work", "/user/live", "/user/live/network", "/user/live-director/singleton", "/user/blobs"];

    private readonly string _origin = $"akka.tcp://{node}";

    /// <summary>A letter that Akka takes for one, and hands to a serializer. It may not end the connection.</summary>
    /// <param name="number">Which.</param>
    /// <param name="claimed">The port that its sender claims to have.</param>
    public byte[] Letter(long number, int claimed)
    {
        var draw = Draw(number);
        if (draw.Next(3) == 0)
            return ToRoles(draw, claimed);
        var body = draw.Next(8) switch
        {
            0 => new Body { Serializer = Any(draw, s_serializers), Manifest = Text(Any(draw, s_types)), Message = Text($$"""{"$type":"{{Any(draw, s_types)}}","$id":"1"}""") },
            1 => Nested(draw, draw.Next(1, 200)),
            2 => Ours(draw, Noise(draw, 200)),
            3 => Ours(draw, Shaped(draw, 3)),
            4 => Akkas(draw, Noise(draw, 200)),
            5 or 6 => Akkas(draw, Shaped(draw, 3)),
            _ => new Body { Serializer = draw.Next(), Manifest = Noise(draw, 60), Message = Noise(draw, 2000) },
        };
        return Framed(new Envelope
        {
            Letter = new() { Recipient = new() { Path = _origin + Any(draw, s_paths) }, Body = body, Number = ulong.MaxValue },
        });
    }

    // To those that work for a run: a right message, one with changes, or anything under its name, to any of them.
    private byte[] ToRoles(Random draw, int claimed)
    {
        var sample = Any(draw, s_samples);
        var content = draw.Next(4) switch
        {
            0 => ByteString.CopyFrom(sample.Bytes),
            1 => Noise(draw, 200),
            2 => Shaped(draw, 3),
            _ => Changed(draw, sample.Bytes),
        };
        return Framed(new Envelope
        {
            Letter = new()
            {
                Recipient = new() { Path = _origin + Any(draw, s_roles) },
                Sender = new() { Path = FormattableString.Invariant($"akka.tcp://nmoe@127.0.0.1:{claimed}/user/peer") },
                Body = new() { Serializer = WireSerializer.Number, Manifest = Text(sample.Form.Manifest), Message = content },
                Number = ulong.MaxValue,
            },
        });
    }

    private static ByteString Changed(Random draw, byte[] bytes)
    {
        List<byte> changed = [.. bytes];
        for (var changes = draw.Next(1, 4); changes > 0; changes--)
        {
            var at = draw.Next(changed.Count + 1);
            switch (draw.Next(4))
            {
                case 0 when at < changed.Count:
                    changed[at] ^= (byte)(1 << draw.Next(8));
                    break;
                case 1:
                    changed.RemoveRange(at, changed.Count - at);
                    break;
                case 2:
                    // A length, or a number, of two thousand million.
                    changed.InsertRange(at, [0xFF, 0xFF, 0xFF, 0xFF, 0x07]);
                    break;
                default:
                    changed.Insert(at, (byte)draw.Next(256));
                    break;
            }
        }

        return ByteString.CopyFrom([.. changed]);
    }

    /// <summary>Bytes that are no letter: noise at every layer, lengths that lie, control frames out of order. They may end the connection.</summary>
    public byte[] Nuisance(long number)
    {
        var draw = Draw(~number);
        return draw.Next(8) switch
        {
            0 => Framed(Noise(draw, 500).Span),
            1 => Noise(draw, 500).ToByteArray(),
            2 => [.. BitConverter.GetBytes(draw.Next(int.MinValue, int.MaxValue)), .. Noise(draw, 20)],
            3 => Framed(new Frame { Payload = Noise(draw, 500) }.ToByteArray()),
            4 => Framed(new Frame { Control = new() { Command = draw.Next(-1, 7), Handshake = draw.Next(2) == 0 ? null : new() } }.ToByteArray()),
            5 => Framed(new Envelope { Ack = new() { All = (ulong)draw.NextInt64(), Missing = { (ulong)draw.Next(), ulong.MaxValue } } }),
            6 => Framed(new Envelope { Letter = new() { Recipient = new() { Path = Any(draw, s_types) }, Body = new(), Number = (ulong)draw.Next(10) } }),
            _ => Framed(new Envelope { Letter = new() { Body = Akkas(draw, Shaped(draw, 3)), Number = ulong.MaxValue } }),
        };
    }

    /// <summary>The first frame of a connection: who the peer claims to be.</summary>
    public static byte[] Associate(int port, long uid) => Framed(new Frame
    {
        Control = new() { Command = 1, Handshake = new() { Uid = (ulong)uid, Origin = new() { System = "nmoe", Host = "127.0.0.1", Port = (uint)port, Protocol = "tcp" } } },
    }.ToByteArray());

    /// <summary>A frame that is right: it asks for a blob that nobody has, and so is answered once all before it have been read.</summary>
    public byte[] Question(int port) => Framed(new Envelope
    {
        Letter = new()
        {
            Recipient = new() { Path = _origin + "/user/blobs" },
            Sender = new() { Path = FormattableString.Invariant($"akka.tcp://nmoe@127.0.0.1:{port}/user/peer") },
            Body = new()
            {
                Serializer = WireSerializer.Number,
                Manifest = Text("blob-wanted/1"),
                Message = new NMoE.Cluster.Blobs.Wire.BlobWanted { Sha256 = ByteString.CopyFrom(new byte[32]), Bytes = 1, Count = 1 }.ToByteString(),
            },
            Number = ulong.MaxValue,
        },
    });

    private static Body Ours(Random draw, ByteString content) => new() { Serializer = WireSerializer.Number, Manifest = Text(Any(draw, s_manifests)), Message = content };

    private static Body Akkas(Random draw, ByteString content) => new() { Serializer = AdmittedSerializer.Number, Manifest = Text(Any(draw, s_manifests)), Message = content };

    // Selections within selections, each with the next as its message.
    private static Body Nested(Random draw, int depth)
    {
        var body = Ours(draw, Noise(draw, 20));
        for (var k = 0; k < depth; k++)
        {
            body = new Body
            {
                Serializer = AdmittedSerializer.Number,
                Manifest = Text(AdmittedNames.Selection),
                Message = new Selection { Body = body, Steps = { new Step { Type = draw.Next(4), Name = Any(draw, ["user", "blobs", "*", "(a+)+$"]) } } }.ToByteString(),
            };
        }

        return body;
    }

    // Bytes that parse as Protobuf, of fields that a message may or may not have.
    private static ByteString Shaped(Random draw, int depth)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
        {
            for (var field = draw.Next(5); field >= 0; field--)
            {
                var type = draw.Next(3);
                output.WriteTag(draw.Next(1, 8), type switch { 0 => WireFormat.WireType.Varint, 1 => WireFormat.WireType.Fixed64, _ => WireFormat.WireType.LengthDelimited });
                if (type == 0)
                    output.WriteUInt64((ulong)draw.NextInt64() >> draw.Next(64));
                else if (type == 1)
                    output.WriteFixed64((ulong)draw.NextInt64());
                else
                    output.WriteBytes(depth > 0 && draw.Next(2) == 0 ? Shaped(draw, depth - 1) : draw.Next(2) == 0 ? Text(Any(draw, s_types)) : Noise(draw, 40));
            }
        }

        return ByteString.CopyFrom(bytes.ToArray());
    }

    private static ByteString Noise(Random draw, int most)
    {
        var bytes = new byte[draw.Next(most + 1)];
        draw.NextBytes(bytes);
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    private static T Any<T>(Random draw, T[] among) => among[draw.Next(among.Length)];

    private static ByteString Text(string text) => ByteString.CopyFromUtf8(text);

    private static byte[] Framed(Envelope envelope) => Framed(new Frame { Payload = envelope.ToByteString() }.ToByteArray());

    private static byte[] Framed(ReadOnlySpan<byte> frame) => [.. BitConverter.GetBytes(frame.Length), .. frame];

    private Random Draw(long number) => new(unchecked((int)((seed * 2_654_435_761L) + (number * 40_503L) + (number >> 20))));
}

/// <summary>A type that tells when bytes made one. Nothing else makes any.</summary>
public sealed class CreationTrap
{
    private static int s_made;

    /// <summary>Counts.</summary>
    public CreationTrap() => Interlocked.Increment(ref s_made);

    /// <summary>How many were made in this process.</summary>
    public static int Made => Volatile.Read(ref s_made);
}
