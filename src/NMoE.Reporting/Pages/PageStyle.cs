namespace NMoE.Reporting.Pages;

/// <summary>How a run's page looks: on wide screens and narrow ones, light and dark, and on paper.</summary>
internal static class PageStyle
{
    /// <summary>The style sheet.</summary>
    public const string Text = """
        :root { color-scheme: light dark; --ink: #111; --paper: #fff; --faint: #555; --line: #ddd; --link: #0b57a4; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6e6e6; --paper: #16181b; --faint: #a8adb3; --line: #3a3f45; --link: #8ab8ee; } }
        body { font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 78rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.6rem; margin-bottom: .3rem; } h2 { font-size: 1.2rem; margin: 2rem 0 .4rem; } .note { color: var(--faint); margin: 0 0 .5rem; max-width: 60rem; }
        a { color: var(--link); } nav { font-size: .9rem; margin: .5rem 0 1rem; } nav a, .files a { margin-right: .9rem; display: inline-block; overflow-wrap: anywhere; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
        th, td { padding: .2rem .5rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
        th { border-bottom: 2px solid var(--ink); vertical-align: bottom; } td.number { text-align: right; white-space: nowrap; } th.number { text-align: right; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .9rem; font-size: .85rem; } dt { color: var(--faint); } dd { margin: 0; }
        .keys { grid-template-columns: repeat(auto-fill, minmax(min(24rem, 100%), 1fr)); gap: .15rem 2rem; } .keys div { display: flex; justify-content: space-between; gap: .8rem; border-bottom: 1px solid var(--line); }
        .keys dd { text-align: right; } summary { cursor: pointer; font-size: .9rem; color: var(--faint); }
        code { overflow-wrap: anywhere; }
        .figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(22rem, 100%), 1fr)); gap: 1.5rem; }
        figure { margin: 0; break-inside: avoid; background: #fff; border-radius: .3rem; padding: .4rem; } figure a { display: block; } figure svg { width: 100%; height: auto; display: block; }
        figcaption { font-size: .85rem; color: #444; padding: .2rem .3rem; }
        @media (prefers-color-scheme: dark) { figure { background: #d9dbde; } figure svg { border-radius: .2rem; mix-blend-mode: multiply; } }
        @media (max-width: 40rem) {
          body { margin: 1rem auto; font-size: 14px; } table, tbody, tr, td { display: block; } thead { display: none; } tr { border-bottom: 2px solid var(--line); padding: .3rem 0; }
          td, td.number { border: 0; display: flex; justify-content: space-between; gap: 1rem; text-align: right; padding: .05rem 0; white-space: normal; overflow-wrap: anywhere; }
          td.none { display: none; } td::before { content: attr(data-head); color: var(--faint); text-align: left; flex: none; }
        }
        @media print {
          body { margin: 0; max-width: none; font-size: 9pt; } table { font-size: 8pt; } nav { display: none; }
          .figures { grid-template-columns: 1fr 1fr; } .wide { overflow: visible; }
        }
        """;
}
