using Google.Protobuf;

namespace NMoE.Cluster.Wire;

/// <summary>One kind of message on the wire between nodes. Each folder lists its own in one <c>XxxForms.All</c>; a node knows those that it was started with and no other.</summary>
/// <param name="Manifest">A short name with a version, such as <c>blob-wanted/1</c>. A change that old readers would misread takes a new number.</param>
/// <param name="Type">The message's type, exactly: derived types have forms of their own.</param>
/// <param name="Write">The message's Protobuf form. Its <c>CalculateSize</c> is the message's size before it is sent.</param>
/// <param name="Read">
/// The message of these bytes. Throws <see cref="NMoE.Federation.Protocol.WireException"/> or <see cref="InvalidProtocolBufferException"/> where they are none; every length,
/// count and name that they hold is checked here, before anything is made of it.
/// </param>
/// <param name="MaxBytes">The most bytes that the Protobuf form may take; longer ones are neither sent nor read.</param>
public sealed record WireForm(string Manifest, Type Type, Func<object, IMessage> Write, Func<ReadOnlyMemory<byte>, object> Read, int MaxBytes);
