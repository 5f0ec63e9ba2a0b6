"""What runs of NMoE left behind, as pandas data frames. One file: copy it to where you work.

    import nmoe
    run = nmoe.Run("runs/quickstart-0123456789ab")
    run.rounds.plot(x="bytesSoFar", y="accuracy")
    run.passes[["gate", "test", "accuracy", "bytesPerSample"]]
    run.ledger.groupby("stage")["sent"].sum()
    nmoe.sweep("runs/channels-0123456789ab")            # results.csv
    nmoe.runs("runs")                                    # what there is

Columns and units: docs/files.md. Needs pandas 1.5 or later, and nothing else.
"""

import functools
import json
import pathlib

import pandas as pd

__all__ = ["Run", "runs", "sweep"]

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

