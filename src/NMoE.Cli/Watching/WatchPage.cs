namespace NMoE.Cli.Watching;

/// <summary>The page of <c>nmoe watch</c>, for runs, sweeps and clusters: it asks for the state every two seconds, and draws it. No file beside it, and no script from elsewhere.</summary>
internal static class WatchPage
{
    /// <summary>The page.</summary>
    public const string Text = """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>nmoe watch</title>
        <style>
        :root { color-scheme: light dark; --ink: #111; --paper: #fff; --faint: #666; --line: #ddd; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6e6e6; --paper: #16181b; --faint: #a8adb3; --line: #3a3f45; } }
        body { font: 15px/1.4 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 70rem; margin: 1.5rem auto; padding: 0 1rem; }
        h1 { font-size: 1.4rem; margin: 0; } h2 { font-size: 1.05rem; margin: 1.4rem 0 .3rem; } .faint { color: var(--faint); } a { color: inherit; }
        #state { padding: .1rem .5rem; border-radius: .3rem; background: var(--line); font-weight: 600; } .gone #state { background: #d55e00; color: #fff; }
        .figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(26rem, 100%), 1fr)); gap: 1rem; } svg { width: 100%; height: auto; background: #fff; border-radius: .3rem; }
        table { border-collapse: collapse; font-size: .88rem; font-variant-numeric: tabular-nums; } th, td { padding: .15rem .6rem; border-bottom: 1px solid var(--line); text-align: right; }
        th:first-child, td:first-child { text-align: left; } .wide { overflow-x: auto; } .map td { padding: .2rem .4rem; color: #000; border: 0; text-align: center; } .map th { border: 0; }
        @media (max-width: 40rem) { .rows thead { display: none; } .rows, .rows tbody { display: block; } .rows tr { display: block; padding: .3rem 0; border-bottom: 1px solid var(--line); } .rows td { display: flex; justify-content: space-between; gap: 1rem; padding: .05rem 0; border: 0; text-align: right; overflow-wrap: anywhere; } .rows td::before { content: attr(data-head); color: var(--faint); flex: none; } }
        </style></head><body>
        <h1 id="name">&hellip;</h1><p><span id="state">reading</span> <span id="facts" class="faint"></span></p><div id="body"></div>
        <script>
        'use strict';
        const el = (tag, text, attributes) => { const e = document.createElement(tag); if (text !== undefined) e.textContent = text; for (const k in attributes || {}) e.setAttribute(k, attributes[k]); return e; };
        const svgEl = (tag, attributes, text) => { const e = document.createElementNS('http://www.w3.org/2000/svg', tag); for (const k in attributes) e.setAttribute(k, attributes[k]); if (text !== undefined) e.textContent = text; return e; };
        const colors = ['#0072B2', '#E69F00', '#009E73', '#D55E00', '#CC79A7', '#56B4E9', '#000000'];
        const percent = x => x === null || x === undefined ? '-' : (100 * x).toFixed(1);
        const bytes = b => b >= 1e9 ? (b / 1e9).toFixed(2) + ' GB' : b >= 1e6 ? (b / 1e6).toFixed(1) + ' MB' : b >= 1e3 ? (b / 1e3).toFixed(1) + ' kB' : b + ' B';
        const time = s => s >= 7200 ? (s / 3600).toFixed(2) + ' h' : s >= 180 ? (s / 60).toFixed(1) + ' min' : s.toFixed(1) + ' s';
        function nice(span) { const p = Math.pow(10, Math.floor(Math.log10(span / 4 || 1))); return [1, 2, 5, 10].map(k => k * p).find(k => span / k <= 5) || 10 * p; }
        function chart(title, series, xName, yName) {
          series = series.filter(s => s.points.length > 0); if (series.length === 0) return null;
          const W = 460, H = 260, L = 56, R = 12, T = 30, B = 40, all = series.flatMap(s => s.points);
          let [x0, x1] = [Math.min(...all.map(p => p[0])), Math.max(...all.map(p => p[0]))], [y0, y1] = [Math.min(0, ...all.map(p => p[1])), Math.max(...all.map(p => p[1]))];
          if (x1 === x0) x1 = x0 + 1; if (y1 === y0) y1 = y0 + 1; y1 += .06 * (y1 - y0);
          const X = x => L + (W - L - R) * (x - x0) / (x1 - x0), Y = y => H - B - (H - T - B) * (y - y0) / (y1 - y0), g = svgEl('svg', { viewBox: `0 0 ${W} ${H}`, role: 'img', 'aria-label': title });
          g.append(svgEl('text', { x: L, y: 18, 'font-size': 13, 'font-weight': 600 }, title), svgEl('text', { x: (L + W - R) / 2, y: H - 6, 'font-size': 11, 'text-anchor': 'middle' }, xName), svgEl('text', { x: 12, y: (T + H - B) / 2, 'font-size': 11, 'text-anchor': 'middle', transform: `rotate(-90 12 ${(T + H - B) / 2})` }, yName));
          for (let s = nice(y1 - y0), y = Math.ceil(y0 / s) * s; y <= y1; y += s) g.append(svgEl('line', { x1: L, x2: W - R, y1: Y(y), y2: Y(y), stroke: '#ddd' }), svgEl('text', { x: L - 5, y: Y(y) + 4, 'font-size': 11, 'text-anchor': 'end' }, +y.toPrecision(6)));
          for (let s = nice(x1 - x0), x = Math.ceil(x0 / s) * s; x <= x1; x += s) g.append(svgEl('text', { x: X(x), y: H - B + 14, 'font-size': 11, 'text-anchor': 'middle' }, +x.toPrecision(6)));
          series.forEach((s, k) => {
            g.append(svgEl('polyline', { points: s.points.map(p => `${X(p[0]).toFixed(1)},${Y(p[1]).toFixed(1)}`).join(' '), fill: 'none', stroke: colors[k % 7], 'stroke-width': 2 }));
            if (s.points.length < 60) s.points.forEach(p => g.append(svgEl('circle', { cx: X(p[0]).toFixed(1), cy: Y(p[1]).toFixed(1), r: 2.5, fill: colors[k % 7] })));
          });
          if (series.length > 1) { const names = svgEl('text', { x: W - R, y: 18, 'font-size': 11, 'text-anchor': 'end' }); series.forEach((s, k) => names.append(svgEl('tspan', { fill: colors[k % 7], dx: k ? 10 : 0 }, s.name))); g.append(names); }
          return g;
        }
        function table(heads, rows) {
          const t = el('table', undefined, { class: 'rows' }), h = t.createTHead().insertRow(), b = t.createTBody(), w = el('div', undefined, { class: 'wide' });
          heads.forEach(x => h.append(el('th', x)));
          rows.forEach(r => { const tr = b.insertRow(); r.forEach((c, k) => { const td = tr.insertCell(); td.dataset.head = heads[k]; c instanceof Node ? td.append(c) : td.textContent = c; }); });
          w.append(t); return w;
        }
        function gating(pass) {
          const t = el('table', undefined, { class: 'map' }), head = t.insertRow(); head.append(el('th', 'client \\ expert'), ...pass.routing[0].map((_, j) => el('th', j)));
          pass.routing.forEach((row, i) => { const tr = t.insertRow(); tr.append(el('th', 'client-' + i)); row.forEach(x => { const td = tr.insertCell(); td.textContent = x.toFixed(2); td.style.background = `hsl(205 70% ${96 - 50 * x}%)`; }); });
          const w = el('div', undefined, { class: 'wide' }); w.append(t); return w;
        }
        function run(s, body) {
          const rounds = s.rounds || [], stages = [...new Set(rounds.map(r => r.stage))], by = (x, y) => stages.map(n => ({ name: n, points: rounds.filter(r => r.stage === n && typeof r[y] === 'number').map(r => [r[x], r[y]]) }));
          const scaled = (list, kx, ky) => list.map(l => ({ name: l.name, points: l.points.map(p => [p[0] * kx, p[1] * ky]) })), figures = el('div', undefined, { class: 'figures' });
          figures.append(...[
            chart('Accuracy of the global model', scaled(by('round', 'accuracy'), 1, 100), 'round', '%'), chart('Training loss', by('round', 'trainLoss'), 'round', 'loss'),
            chart('Bytes sent', scaled([{ name: 'all', points: rounds.map(r => [r.virtualSeconds, r.bytesSoFar]) }], 1, 1e-6), 'virtual time (s)', 'MB'),
            chart('Links', [['aggregatorUp', 'aggregator up'], ['aggregatorDown', 'down'], ['clientUp', 'mean client up'], ['clientDown', 'down']].map(([n, name]) => ({ name, points: (s.links || []).map(l => [l.from, 8e-6 * l[n] / (l.until - l.from)]) })), 'virtual time (s)', 'Mbit/s')].filter(f => f));
          body.append(figures);
          if ((s.passes || []).length) { body.append(el('h2', 'Gates'), table(['Gate', 'Test', 'Accuracy (%)', 'Local ratio (%)', 'Bytes/sample', 'Latency (ms)'], s.passes.map(p => [p.gate, p.test, percent(p.accuracy), percent(p.localRatio), p.localRatio === null ? '-' : p.bytesPerSample.toFixed(1), p.localRatio === null ? '-' : (1000 * p.meanLatencySeconds).toFixed(1)]))); }
          for (const p of (s.passes || []).filter(p => p.gate === 'fedgate' && p.routing.length > 0 && p.routing.length <= 20)) body.append(el('h2', `Where FedGate sends samples (${p.test})`), gating(p));
          if ((s.waits || []).length) body.append(el('h2', 'Waits that a deadline ended'), table(['Stage', 'Deadlines', 'Seconds', 'For'], s.waits.map(w => [w.stage, w.deadlines, w.seconds.toFixed(1), w.for.join(', ')])));
          if (rounds.length) body.append(el('h2', 'Last rounds'), table(['Stage', 'Round', 'Virtual time', 'Sent', 'Loss', 'Accuracy (%)', 'Clients'], rounds.slice(-12).reverse().map(r => [r.stage, r.round, time(r.virtualSeconds), bytes(r.bytesSoFar), typeof r.trainLoss === 'number' ? r.trainLoss.toFixed(4) : r.trainLoss, percent(r.accuracy), r.participants])));
        }
        function sweep(s, body) {
          body.append(table(['Run', 'State', 'Of', 'Accuracy (%)', 'Virtual time', 'Remark'], s.runs.map(r => [el('a', r.folder, { href: '?run=' + encodeURIComponent(r.folder.replace(/\.unfinished$/, '')) }), r.state, r.gate ? `${r.gate}, ${r.test}` : '-', percent(r.accuracy), r.virtualSeconds === null ? '-' : time(r.virtualSeconds), r.remark || ''])));
        }
        function cluster(s, body) {
          if (!s.jobs) return;
          body.append(el('h2', 'Jobs'), table(['', 'Under way', 'Queued', 'Run', 'Remembered', 'Received', 'Sent'], [['all', s.jobs.underWay, s.jobs.queued, s.jobs.run, s.jobs.remembered, bytes(s.moved.received), bytes(s.moved.sent)]]));
          if (s.workers.length) body.append(el('h2', 'Workers'), table(['Worker', 'Address', 'Threads', 'Busy', 'Computes'], s.workers.map(w => [w.number, w.address, w.threads, w.running.length, w.running.join(', ') || 'idle'])));
          body.append(el('h2', 'Members'), table(['Address', 'Roles', 'Status'], s.members.map(m => [m.address, m.roles.join(', '), m.unreachable ? m.status + ', unreachable' : m.status])));
        }
        function show(s) {
          document.title = `${s.name}: ${s.status}`; document.getElementById('name').textContent = s.name; document.getElementById('state').textContent = s.status;
          const last = (s.rounds || []).at(-1), of = s.kind === 'cluster' && s.experiment;
          document.getElementById('facts').textContent = [of && `experiment ${s.experiment}` + (s.stage ? `, stage ${s.stage}` : ''), of && time(s.virtualSeconds) + ' of virtual time', last && `${last.stage} ${last.round}`, last && time(last.virtualSeconds) + ' of virtual time', last && bytes(last.bytesSoFar) + ' sent', s.jobsRun !== undefined && `${s.jobsRun} jobs run, ${s.jobsRemembered} remembered`, s.reason].filter(x => x).join(' · ');
          const body = el('div'); ({ sweep, cluster }[s.kind] || run)(s, body); if (new URLSearchParams(location.search).has('run')) body.prepend(el('a', 'all runs of the sweep', { href: '?' }));
          document.getElementById('body').replaceChildren(...body.childNodes);
        }
        let version = '';
        async function look() {
          try {
            const answer = await fetch('state' + location.search, version ? { headers: { 'If-None-Match': version } } : {});
            document.body.classList.remove('gone');
            if (answer.status === 200) { version = answer.headers.get('ETag') || ''; show(await answer.json()); }
          } catch { document.body.classList.add('gone'); document.getElementById('state').textContent = 'nmoe watch does not answer'; version = ''; }
          setTimeout(look, document.hidden ? 10000 : 2000);
        }
        look();
        </script></body></html>
        """;
}
