using System.Text;

namespace NMoE.Federation.Configuration;

/// <summary>Writes <c>hocon/reference.conf</c>: every key of every experiment with its default below its reason. What gates bring is not in it: it stands in the gate's file.</summary>
internal sealed class ReferenceText
{
    private const string Head = """"
        // Every key that an experiment may set: its default, unit, legal values and reason.
        // An experiment file states only what differs. The language is HOCON without substitutions, '+=' and '"""'. A comment begins with '//' or '#' after white space or at a line's
        // start; elsewhere both are part of a value. Files, includes, profiles, axes of sweeps and --set read a text alike. A file that is included is named relative to the one that includes it;
        // every other relative path counts from the folder that nmoe runs in, wherever it is written.
        // A key that nothing reads is warned of where a file or --set states it, and refused where it promises protection or a comparison, or is an axis of a sweep.
        // Durations, rates and sizes carry their unit: 20 ms, 5 s, 3 min, 2 h; 20 Mbit/s; 50 GFLOP/s; 10 GiB.
        """";

    private const string Foot = """
        // A gate can bring keys of its own: below inference.NAME, read where that gate serves. They stand in the gate's file; `nmoe config --keys` prints them with all others.
        """;

    private readonly StringBuilder _text = new();

    /// <summary>The text.</summary>
    public static string Of(Section root)
    {
        var reference = new ReferenceText();
        reference.Comment("", Head, mark: "");
        foreach (var member in root.Members)
        {
            reference._text.Append('\n');
            reference.Write(member, "");
        }

        reference._text.Append('\n');
        reference.Comment("", Foot, mark: "");
        return reference._text.ToString();
    }

    private void Write(Member member, string indent)
    {
        if (member is Key key)
        {
            Comment(indent, key.Told.Reason);
            var name = key.Path[(key.Path.LastIndexOf('.') + 1)..];
            _text.Append(indent).Append(name).Append(key.IsFamily ? " " : " = ").Append(key.DefaultText).Append('\n');
            return;
        }

        var section = (Section)member;
        Comment(indent, section.Reason);
        if (section.Name.Length > 0)
            _text.Append(indent).Append(section.Name).Append(" {\n");
        foreach (var below in section.Members)
            Write(below, section.Name.Length > 0 ? indent + "  " : indent);
        if (section.Name.Length > 0)
            _text.Append(indent).Append("}\n");
    }

    private void Comment(string indent, string lines, string mark = "// ")
    {
        foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            _text.Append(indent).Append(mark).Append(line).Append('\n');
    }
}
