using NMoE.Learning.Data;

namespace NMoE.Cli.Doctor;

/// <summary>Whether CIFAR-10 is there, complete and whole. The generated data set needs no folder, so its absence is no fault.</summary>
/// <param name="data">What was found.</param>
internal sealed class DataCheck(Cifar10Folder data) : IDoctorCheck
{
    private const string Remedy = "./nmoe data get cifar10, or name another folder in data.path.";

    private string Again => $"Move {data.Path} away and run ./nmoe data get cifar10 --to {data.Path}, or name another folder in data.path.";

    private const string More = "It can be used as it is. For all pictures run ./nmoe data get cifar10 --to FOLDER and name FOLDER in data.path.";

    public string Subject => "CIFAR-10";

    public IReadOnlyList<Finding> Look()
    {
        var train = data.Whole.Count(name => name != Cifar10Folder.TestFile);
        if (!data.IsThere)
            return [new(Subject, FindingLevel.Advice, $"{data.Path} is not there; generated data needs none", Remedy)];
        if (!data.Problems.IsEmpty)
            return [.. data.Problems.Select(problem => new Finding(Subject, FindingLevel.Broken, problem, Again))];
        if (train == 0 || !data.Whole.Contains(Cifar10Folder.TestFile))
            return [new(Subject, FindingLevel.Broken, $"{data.Path} lacks {(train == 0 ? "every training batch" : Cifar10Folder.TestFile)}", Again)];
        var official = data.Unofficial.IsEmpty ? "the official files" : "not the official files";
        return [data.IsComplete
            ? new(Subject, FindingLevel.Good, $"complete in {data.Path}, {official}")
            : new(Subject, FindingLevel.Advice, $"{train} of {Cifar10Folder.TrainFiles.Length} training batches in {data.Path}, {official}: {train * Cifar10Batch.Records} pictures can be dealt", More)];
    }
}
