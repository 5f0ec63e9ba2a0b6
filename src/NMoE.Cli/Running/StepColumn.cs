using System.Collections.Immutable;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace NMoE.Cli.Running;

/// <summary>A step in words, as many as there is room for beside the other columns: a terminal can be made narrower at any time.</summary>
/// <param name="beside">Characters that the other columns take.</param>
internal sealed class StepColumn(int beside) : ProgressColumn
{
    private const string Key = "forms";

    protected override bool NoWrap => true;

    /// <summary>Says how a task's step can be told, longest first.</summary>
    public static void Set(ProgressTask task, ImmutableArray<string> forms) => task.State.Update<ImmutableArray<string>>(Key, _ => forms);

    /// <summary>The longest form that there is room for, or what there is room for of the shortest.</summary>
    public static string Fitting(ImmutableArray<string> forms, int room)
    {
        var form = forms.FirstOrDefault(form => form.Length <= room, forms[^1]);
        return form[..Math.Clamp(room, 0, form.Length)];
    }

    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
        new Text(task.State.Get<ImmutableArray<string>>(Key) is { IsDefault: false } forms ? Fitting(forms, options.ConsoleSize.Width - beside) : "");
}
