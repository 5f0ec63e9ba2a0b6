using NMoE.Learning.Data;
using NMoE.Learning.Fetching;

namespace NMoE.Cli.Doctor;

/// <summary>Which of the published data sets are at hand. That one is not is no fault: experiments name what they need. CIFAR-10 has <see cref="DataCheck"/>, which reads every batch.</summary>
/// <param name="folderOf">Where a set lies that <c>nmoe data get</c> fetched.</param>
internal sealed class SetsCheck(Func<SetSpec, string> folderOf) : IDoctorCheck
{
    public string Subject => "Data sets";

    public IReadOnlyList<Finding> Look() => [.. SetSpec.All.Where(set => set.Name != Cifar10Data.DataName).Select(Of)];

    private Finding Of(SetSpec set)
    {
        var folder = folderOf(set);
        var missing = set.Files.Where(file => !File.Exists(Path.Combine(folder, file)) && !File.Exists(Path.Combine(folder, Path.GetFileNameWithoutExtension(file)))).ToArray();
        return !Directory.Exists(folder) ? new(set.Name, FindingLevel.Good, "not fetched; ./nmoe data get " + set.Name + " does, where an experiment needs it")
            : missing.Length == 0 ? new(set.Name, FindingLevel.Good, $"complete in {folder}")
            : new(set.Name, FindingLevel.Advice, $"{folder} lacks {missing[0]}{(missing.Length > 1 ? FormattableString.Invariant($" and {missing.Length - 1} more") : "")}", $"Move {folder} away and run ./nmoe data get {set.Name}, or name another folder in data.path.");
    }
}
