using Spectre.Console;
using Spectre.Console.Rendering;

namespace NMoE.Cli.Running;

/// <summary>The time left in a stage, days included: the library's own column drops them.</summary>
internal sealed class TimeLeftColumn : ProgressColumn
{
    protected override bool NoWrap => true;

    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
        new Text(task.RemainingTime is { } left ? ClockText.Of(left) : "--:--:--", new Style(Color.Blue));
}
