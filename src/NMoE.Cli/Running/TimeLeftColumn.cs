using Spectre.Console;
using Spectre.Console.Rendering;

namespace NMoE.Cli.Running;

/// <summary>The time left in a stage by its last steps, days included: the library's own column drops them, and takes remembered steps for speed.</summary>
internal sealed class TimeLeftColumn : ProgressColumn
{
    private const string Key = "left";

    protected override bool NoWrap => true;

    /// <summary>Says what is left of a task.</summary>
    public static void Set(ProgressTask task, TimeSpan left) => task.State.Update<TimeSpan>(Key, _ => left);

    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
        new Text(task.Value > 0 ? ClockText.Of(task.State.Get<TimeSpan>(Key)) : "--:--:--", new Style(Color.Blue));
}
