using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace NMoE.Simulation.Loop;

/// <summary>
/// The mailbox of the simulated world. One thread fills and empties it, but for the start and the end of the ActorSystem, and most mailboxes are empty most
/// of the time: Akka's own keeps 1 kB ready for many threads, this one 0.1 kB.
/// </summary>
internal sealed class VirtualMailbox(Settings settings, Config config) : MailboxType(settings, config), IProducesMessageQueue<VirtualMessageQueue>
{
    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new VirtualMessageQueue();
}

/// <summary>Messages of one actor, first in, first out.</summary>
internal sealed class VirtualMessageQueue : IMessageQueue, IUnboundedMessageQueueSemantics
{
    private readonly Queue<Envelope> _messages = new();

    public bool HasMessages => Count > 0;

    // A number that is read whole: who puts in or takes out from another thread has a fence before the mailbox looks.
    public int Count => _messages.Count;

    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        lock (_messages)
        {
            _messages.Enqueue(envelope);
        }
    }

    public bool TryDequeue(out Envelope envelope)
    {
        lock (_messages)
        {
            return _messages.TryDequeue(out envelope);
        }
    }

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out var message))
        {
            deadletters.Enqueue(owner, message);
        }
    }
}
