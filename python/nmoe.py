"""What runs of NMoE left behind, as pandas data frames. One file: copy it to where you work.

    import nmoe
    run = nmoe.Run("runs/quickstart-0123456789ab")
    run.rounds.plot(x="bytesSoFar", y="accuracy")
    run.passes[["gate", "test", "accuracy", "bytesPerSample"]]
    run.ledger.groupby("stage")["sent"].sum()
    nmoe.sweep("runs/channels-0123456789ab")            # results.csv
    nmoe.runs("runs")                                    # what there is
    nmoe.push(run, to="mlflow")                          # or "wandb", or "trackio", where it is installed

From a shell, a sweep's table in Markdown, a line an experiment and its gates side by side (experiments/README.md has it so):

    python3 nmoe.py runs/channels-0123456789ab

Columns and units: docs/files.md. Needs pandas 1.5 or later, and nothing else.
"""

import functools
import importlib
import json
import math
import pathlib
import sys

import pandas as pd

__all__ = ["Run", "markdown", "push", "runs", "scalars", "sweep"]

_LINES = {"rounds": "round", "passes": "pass", "comparisons": "comparison", "privacy": "privacy", "waits": "wait", "unchoosable": "unchoosable"}


class Run:
    """A run's folder, finished or not (`runs/NAME-HASH.unfinished`: its rounds so far)."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        if not (self.folder / "manifest.json").is_file():
            raise FileNotFoundError(f"{self.folder} is not the folder of a run: it has no manifest.json. Name a folder like runs/NAME-HASH.")

    def __repr__(self):
        return f"Run({str(self.folder)!r}, {self.manifest['run']['status']})"

    @functools.cached_property
    def manifest(self):
        """Hashes, inputs and how the run stands, as a dict."""
        return json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))

    @functools.cached_property
    def keys(self):
        """The keys that the run read, with their values as they were written: a dict of strings."""
        found = {}
        for line in (self.folder / "effective.conf").read_text(encoding="utf-8").splitlines():
            if line.startswith("//") or " = " not in line:
                continue
            key, value = line.split(" = ", 1)
            found[key] = value.rsplit("  // ", 1)[0]
        return found

    @functools.cached_property
    def _lines(self):
        path = self.folder / "metrics.jsonl"
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        # What follows the last line feed is a line that is being written.
        return [json.loads(line) for line in text.split("\n")[:-1]]

    def _frame(self, kind):
        frame = pd.DataFrame([{k: v for k, v in line.items() if k != "line"} for line in self._lines if line["line"] == kind])
        # A round has a second line once its accuracy is known, and one that was done again has another: the last counts.
        return frame.drop_duplicates(["stage", "round"], keep="last", ignore_index=True) if kind == "round" and len(frame) else frame

    def __getattr__(self, name):
        if name in _LINES:
            frame = self._frame(_LINES[name])
        elif name in ("ledger", "timeline", "links", "energy"):
            path = self.__dict__["folder"] / f"{name}.csv"
            frame = pd.read_csv(path) if path.is_file() else pd.DataFrame()
        else:
            raise AttributeError(name)
        self.__dict__[name] = frame
        return frame

    def gating(self, gate="fedgate", test="iid", by="client"):
        """Who answered (by="client") or was chosen (by="class"), as a frame of shares: a column an expert."""
        found = self.passes[(self.passes.gate == gate) & (self.passes.test == test)]
        if found.empty:
            raise KeyError(f"no pass of {gate} on {test}; there are {sorted(map(tuple, self.passes[['gate', 'test']].values.tolist()))}")
        row = found.iloc[0]
        rows = row["routing" if by == "client" else "classRouting"]
        if by == "client" and isinstance(row.get("peerRouting"), list):
            # Where clients may ask some experts alone, the others' cells are empty.
            peers = [{item["expert"]: item["share"] for item in client} for client in row["peerRouting"]]
            rows = [[client.get(expert, float("nan")) for expert in range(len(peers))] for client in peers]
        index = [f"client-{i}" for i in range(len(rows))] if by == "client" else range(len(rows))
        return pd.DataFrame(rows, index=pd.Index(index, name=by), columns=[f"client-{i}" for i in range(len(rows[0]))])

    def model(self, name):
        """The bytes of a file in models/, such as "extractor" or "expert-00000": for safetensors.torch.load."""
        return (self.folder / "models" / f"{name}.safetensors").read_bytes()


def runs(folder="runs"):
    """The runs and sweeps of a folder: name, state, when, where."""
    found = []
    for path in sorted(pathlib.Path(folder).glob("*/manifest.json")):
        manifest = json.loads(path.read_text(encoding="utf-8"))
        found.append({"folder": str(path.parent), "name": manifest["name"], "status": manifest["run"]["status"], "started": pd.Timestamp(manifest["run"]["startedUtc"]),
                      "virtualSeconds": manifest["virtualSeconds"], "stateHash": manifest.get("stateHash")})
    return pd.DataFrame(found)


def sweep(folder):
    """results.csv of a sweep: a row an experiment, test set and gate. Labels of axes are text."""
    path = pathlib.Path(folder) / "results.csv"
    columns = pd.read_csv(path, nrows=0).columns.tolist()
    axes = columns[: columns.index("run")]
    return pd.read_csv(path, dtype={axis: str for axis in axes}, keep_default_na=False, na_values={name: [""] for name in columns if name not in axes})


def scalars(run):
    """What trackers plot of a run, as pairs of a step and its numbers by name: a step a round (`extractor/accuracy`), in the order of their ends, and one for all passes (`fedgate/iid/accuracy`)."""
    found = []
    rounds = run.rounds if run.rounds.empty else run.rounds.sort_values("virtualSeconds", kind="stable")
    for row in rounds.to_dict("records"):
        found.append({f"{row['stage']}/{name}": value for name, value in row.items() if name != "stage"})
    found.append({f"{row['gate']}/{row['test']}/{name}": value for row in run.passes.to_dict("records") for name, value in row.items() if name not in ("gate", "test")})
    numbers = [{name: float(value) for name, value in step.items() if isinstance(value, (int, float)) and math.isfinite(value)} for step in found]
    return [(number, step) for number, step in enumerate(numbers) if step]


def push(run, to, project="nmoe"):
    """Gives a run to a tracker that is installed: "wandb", "trackio" or "mlflow". Its keys become the run's parameters, its rounds and passes the numbers. Where they go is the tracker's own setting."""
    if to not in ("wandb", "trackio", "mlflow"):
        raise ValueError(f"{to!r} is no tracker that is known here: it can be 'wandb', 'trackio' or 'mlflow'")
    tracker = importlib.import_module(to)
    name, keys = pathlib.Path(run.folder).name, run.keys
    if to == "mlflow":
        tracker.set_experiment(project)
        with tracker.start_run(run_name=name):
            items = list(keys.items())
            for first in range(0, len(items), 100):  # As many as one request may hold.
                tracker.log_params(dict(items[first : first + 100]))
            for step, numbers in scalars(run):
                tracker.log_metrics(numbers, step=step)
        return
    tracker.init(project=project, name=name, config=keys)
    try:
        for step, numbers in scalars(run):
            tracker.log(numbers, step=step)
    finally:
        tracker.finish()


_CELLS = [
    ("Accuracy (%)", "accuracy", lambda x: f"{100 * x:.1f}"), ("Bytes/sample", "bytesPerSample", lambda x: f"{x:.0f}"), ("Degraded answers (%)", "degraded", lambda x: f"{100 * x:.1f}" if x else "0"),
    ("Latency (ms)", "meanLatencySeconds", lambda x: f"{1000 * x:.0f}"),
]
_WHOLE = [
    ("Virtual time", "virtualSeconds", lambda x: f"{x / 3600:.1f} h" if x >= 7200 else f"{x:.0f} s"), ("Sent (MB)", "sentBytes", lambda x: f"{x / 1e6:.1f}"), ("Sent again (MB)", "retransmittedBytes", lambda x: f"{x / 1e6:.1f}" if x else "0"),
    ("Radio (J)", "radioJoules", lambda x: f"{x:.0f}" if x < 1e4 else f"{x:,.0f}".replace(",", " ")),
]


def markdown(folder, gates=None, test=None):
    """A sweep's results as a table in Markdown: a line an experiment; its gates side by side in a cell, "a / b / c". By default all that served, on the first test set."""
    rows = sweep(folder)
    axes = list(rows.columns[: list(rows.columns).index("run")])
    tests = list(rows.test.dropna().unique())
    if not tests or (test or tests[0]) not in tests:
        raise ValueError(f"{folder}: no experiment of this sweep has results" + (f" on {test!r}; there are {', '.join(tests)}" if tests else " as yet; failed ones are in its manifest.json"))
    failed = [run for run in dict.fromkeys(rows.run) if not (rows[rows.run == run].test == (test or tests[0])).any()]
    rows = rows[rows.test == (test or tests[0])]
    gates = gates or list(dict.fromkeys(rows[rows.medianSeconds.notna()].gate))
    whole = [cell for cell in _WHOLE if rows[cell[1]].notna().any()]
    heads = [axis.capitalize() for axis in axes] + [head for head, _, _ in _CELLS + whole]
    lines = [f"{' / '.join(gates)} in each cell of a gate.", "", "| " + " | ".join(heads) + " |", "|" + "---|" * (len(axes) + len(_CELLS)) + "--:|" * len(whole)]
    for run in dict.fromkeys(rows.run):
        of = rows[rows.run == run].set_index("gate")
        cells = [" / ".join("-" if gate not in of.index or pd.isna(of[name][gate]) else form(of[name][gate]) for gate in gates) for _, name, form in _CELLS]
        one = of.iloc[0]
        lines.append("| " + " | ".join([str(one[axis]).replace("|", "\\|") for axis in axes] + cells + [form(one[name]) if pd.notna(one[name]) else "-" for _, name, form in whole]) + " |")
    return "\n".join(lines + (["", f"No result: {', '.join(failed)}."] if failed else []))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python3 nmoe.py SWEEP: the folder of a sweep, such as runs/channels-0123456789ab")
    print(markdown(sys.argv[1]))
