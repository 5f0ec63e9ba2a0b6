using System.Diagnostics;
using NMoE.Learning.Data;
using NMoE.Learning.Identity;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace NMoE.Bench.Loads;

/// <summary>A workload as a user of TorchSharp would write it: its modules, its optimiser, and an average of state dicts, on pictures that lie ready in memory.</summary>
internal sealed class PlainTorchSharp : IDisposable
{
    private const int Classes = 10;
    private readonly FedAvgWork _work;
    private readonly Sequential _model;
    private readonly Tensor _pictures;
    private readonly Tensor _labels;

    private PlainTorchSharp(FedAvgWork work, Sequential model)
    {
        (_work, _model) = (work, model);
        _pictures = randn([work.Clients, work.Pictures, work.Shape.Channels, work.Shape.Height, work.Shape.Width]);
        _labels = randint(Classes, [work.Clients, work.Pictures], ScalarType.Int64);
    }

    /// <summary>That of a workload; null where its model is not written here.</summary>
    public static PlainTorchSharp? Of(FedAvgWork work)
    {
        TorchThreads.Prepare();
        var shape = work.Shape;
        Module<Tensor, Tensor>[]? layers = work.Extractor switch
        {
            "linear" => [Flatten(), Linear(shape.Bytes, Classes)],
            "lenet5-relu" => [Conv2d(shape.Channels, 6, 5), ReLU(), MaxPool2d(2), Conv2d(6, 16, 5), ReLU(), MaxPool2d(2), Flatten(), Linear(Left(shape) * Left(shape) * 16, 120), ReLU(), Linear(120, 84), ReLU(), Linear(84, Classes)],
            "cnn" => [Conv2d(shape.Channels, 32, 5, padding: 2), ReLU(), MaxPool2d(2), Conv2d(32, 64, 5, padding: 2), ReLU(), MaxPool2d(2), Flatten(), Linear(shape.Height / 4 * (shape.Width / 4) * 64, 512), ReLU(), Linear(512, Classes)],
            _ => null,
        };
        return layers is null ? null : new(work, Sequential(layers));
    }

    /// <summary>Seconds of all rounds, on the calling thread.</summary>
    public double Measure(CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var model = Copy();
        var start = Stopwatch.GetTimestamp();
        for (var round = 0; round < _work.Rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            var updates = Enumerable.Range(0, _work.Cohort).Select(client => Train(((round * _work.Cohort) + client) % _work.Clients, model)).ToArray();
            model = model.ToDictionary(pair => pair.Key, pair => stack(updates.Select(update => update[pair.Key])).mean([0]));
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public void Dispose()
    {
        _pictures.Dispose();
        _labels.Dispose();
        _model.Dispose();
    }

    private Dictionary<string, Tensor> Train(int client, Dictionary<string, Tensor> model)
    {
        _model.load_state_dict(model);
        using var optimiser = optim.SGD(_model.parameters(), _work.Rate);
        using (NewDisposeScope())
        {
            foreach (var rows in randperm(_work.Pictures).split(_work.Batch))
            {
                using var step = NewDisposeScope();
                optimiser.zero_grad();
                functional.cross_entropy(_model.forward(_pictures[client][rows]), _labels[client][rows]).backward();
                optimiser.step();
            }
        }

        return Copy();
    }

    private Dictionary<string, Tensor> Copy() => _model.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.detach().clone());

    // Two convolutions of 5x5 and pools of 2x2.
    private static int Left(PictureShape shape) => (((shape.Height - 4) / 2) - 4) / 2;
}
