using System.Collections.Immutable;

namespace NMoE.Learning.Data;

/// <summary>
/// A folder of pictures: a subfolder a class, with PNG or JPEG files; classes and files count in ordinal order of their names. Where there are folders <c>train</c> and <c>test</c>, the classes lie
/// in them; else a share of each class is for tests.
/// </summary>
internal sealed class FolderData : IDataSet
{
    private const string TrainName = "train";
    private const string TestName = "test";

    public string Name => "folder";

    public DataReading Read(DataReading all) => new()
    {
        Size = all.Size,
        Fit = all.Size is null || all.Fit == PictureFit.Scale ? null : all.Fit,
        Colour = all.Colour == PictureColour.Auto ? null : all.Colour,
        TestShare = all.TestShare == TestPart.Usual ? null : all.TestShare,
    };

    public PictureForm Form(DataReading reading)
    {
        var size = reading.Size ?? new(PictureShape.Cifar.Height, PictureShape.Cifar.Width);
        return reading.Colour == PictureColour.Grey
            ? new(new(1, size.Height, size.Width), PictureTraits.Grey(0.5, 0.25), PictureForm.Cifar10.Classes)
            : new(new(3, size.Height, size.Width), PictureTraits.Cifar, PictureForm.Cifar10.Classes);
    }

    public OpenData Open(string? folder, ulong seed, DataReading reading)
    {
        if (string.IsNullOrEmpty(folder))
            throw new DataException("data.path", "it names no folder", "With data.name = folder it is a folder with a subfolder for each class.");
        if (!Directory.Exists(folder))
            throw new DataException(folder, "there is no such folder", "data.path names a folder with a subfolder for each class.");
        var isSplit = Directory.Exists(Path.Combine(folder, TrainName)) && Directory.Exists(Path.Combine(folder, TestName));
        var training = isSplit ? Path.Combine(folder, TrainName) : folder;
        var classes = Classes(training);
        var files = Files(training, classes);
        var tests = isSplit ? Files(Path.Combine(folder, TestName), KnownClasses(Path.Combine(folder, TestName), classes)) : [];
        var pictures = Decoded([.. files, .. tests]);
        var shape = ShapeOf([.. files, .. tests], pictures, reading);
        var bytes = pictures.AsParallel().AsOrdered().Select(picture => PictureFitting.Bytes(picture, shape, reading.Fit ?? PictureFit.Scale)).ToArray();
        var (train, test) = (Held(files, bytes[..files.Length], classes), Held(tests, bytes[files.Length..], classes));
        if (!isSplit)
            (train, test) = TestPart.Of(train, shape.Bytes, reading.TestShare ?? TestPart.Usual);
        return new HeldPictures(shape, classes.Length, train, test) { ClassNames = classes }.Opened(Name, reading, Mirroring.Allowed) with { Remark = PassedOver(folder) };
    }

    private static string[] Folders(string folder) =>
        [.. Directory.GetDirectories(folder).Select(path => Path.GetFileName(path)!).Where(name => name[0] != '.').Order(StringComparer.Ordinal)];

    private static ImmutableArray<string> Classes(string folder)
    {
        var names = Folders(folder);
        return names.Length is >= PictureForm.FewestClasses and <= PictureForm.MostClasses
            ? [.. names]
            : throw new DataException(
                folder, FormattableString.Invariant($"it has {names.Length switch { 0 => "no subfolder", 1 => $"one subfolder alone, '{names[0]}'", _ => $"{names.Length} subfolders" }}"),
                FormattableString.Invariant($"A subfolder for each class is needed, {PictureForm.FewestClasses} to {PictureForm.MostClasses} of them"));
    }

    private static ImmutableArray<string> KnownClasses(string folder, ImmutableArray<string> classes)
    {
        var names = Folders(folder);
        return names.FirstOrDefault(name => !classes.Contains(name)) is { } strange
            ? throw new DataException(Path.Combine(folder, strange), $"there is no class of this name in {TrainName}", $"{TestName} has classes of {TrainName} only")
            : [.. names];
    }

    private static string[] Files(string folder, ImmutableArray<string> classes) => [.. classes.SelectMany(name =>
    {
        var path = Path.Combine(folder, name);
        var files = Directory.GetFiles(path).Where(PictureFile.IsNamed).OrderBy(file => Path.GetFileName(file), StringComparer.Ordinal).ToArray();
        return files.Length > 0 ? files : throw new DataException(path, "it holds no PNG or JPEG file", "Each class needs at least one; remove the folder otherwise");
    })];

    private static PictureFile[] Decoded(string[] files)
    {
        try
        {
            return [.. files.AsParallel().AsOrdered().Select(PictureFile.Read)];
        }
        catch (AggregateException several) when (several.InnerExceptions.OfType<DataException>().MinBy(problem => Array.IndexOf(files, problem.Path)) is { } first)
        {
            throw new DataException(first.Path, first.Wrong, first.Right, first);
        }
    }

    private static PictureShape ShapeOf(string[] files, PictureFile[] pictures, DataReading reading)
    {
        var other = Array.FindIndex(pictures, picture => (picture.Height, picture.Width) != (pictures[0].Height, pictures[0].Width));
        if (reading.Size is null && other >= 0)
        {
            throw new DataException(
                files[other], FormattableString.Invariant($"it is {pictures[other].Height} x {pictures[other].Width}, and {files[0]} is {pictures[0].Height} x {pictures[0].Width}"),
                "Write data.size, to which all are brought by data.fit");
        }

        var size = reading.Size ?? new(pictures[0].Height, pictures[0].Width);
        var isGrey = reading.Colour == PictureColour.Grey || (reading.Colour is null && pictures.All(picture => picture.IsGrey));
        return new PictureShape(isGrey ? 1 : 3, size.Height, size.Width) is { IsPossible: true } shape
            ? shape
            : throw new DataException(
                files[0], FormattableString.Invariant($"it is {size.Height} x {size.Width}"), FormattableString.Invariant($"Write data.size: at most {PictureShape.MostSide} rows and columns are learned from"));
    }

    private static HeldSplit Held(string[] files, byte[][] pictures, ImmutableArray<string> classes)
    {
        var pixels = new byte[pictures.Sum(picture => (long)picture.Length)];
        for (var (row, at) = (0, 0); row < pictures.Length; at += pictures[row].Length, row++)
            pictures[row].CopyTo(pixels.AsSpan(at));
        return new(pixels, [.. files.Select(file => classes.IndexOf(Path.GetFileName(Path.GetDirectoryName(file)!)))]);
    }

    private static string? PassedOver(string folder)
    {
        var others = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(file => !PictureFile.IsNamed(file) && Path.GetFileName(file)[0] != '.').Order(StringComparer.Ordinal).ToArray();
        return others.Length == 0 ? null : FormattableString.Invariant($"{folder}: {others.Length} files that are neither PNG nor JPEG are passed over, as {others[0]}");
    }
}
