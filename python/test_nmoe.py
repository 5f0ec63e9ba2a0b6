"""Checks nmoe.py on a run of the quick start or any other, and on lines as runs write them: python3 python/test_nmoe.py [RUN [SWEEP]]. With a run the notebook's cells are run on it too. Without pandas it ends with 77."""

import contextlib
import io
import json
import pathlib
import sys
import tempfile
import types

try:
    import pandas  # noqa: F401
except ImportError:
    sys.exit(77)

import nmoe

MANIFEST = {"name": "t", "stateHash": None, "virtualSeconds": 1.5, "run": {"status": "running", "startedUtc": "2026-03-01T12:00:00+00:00"}}


def unfinished():
    with tempfile.TemporaryDirectory() as parent:
        folder = pathlib.Path(parent, "t-0.unfinished")
        folder.mkdir()
        (folder / "manifest.json").write_text(json.dumps(MANIFEST))
        lines = [
            {"line": "unfinished", "status": "running"},
            {"line": "round", "stage": "extractor", "round": 1, "accuracy": None, "bytesSoFar": 10},
            {"line": "round", "stage": "extractor", "round": 1, "accuracy": 0.25, "bytesSoFar": 10},
            {"line": "round", "stage": "extractor", "round": 2, "accuracy": None, "bytesSoFar": 20},
        ]
        (folder / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines) + '{"line": "rou')
        (folder / "effective.conf").write_text('// a.b = 1  // reference.conf:1, not read\ndata.path = "/a  // b"  // x.conf:3\nseed = 4  // --set\n')
        run = nmoe.Run(folder)
        assert run.rounds[["round", "bytesSoFar"]].values.tolist() == [[1, 10], [2, 20]], run.rounds
        assert run.rounds.accuracy[0] == 0.25
        assert run.passes.empty and run.ledger.empty
        assert run.keys == {"data.path": '"/a  // b"', "seed": "4"}, run.keys
        assert nmoe.runs(parent).status.tolist() == ["running"]


def no_run():
    try:
        nmoe.Run("nowhere")
    except FileNotFoundError as problem:
        assert "runs/NAME-HASH" in str(problem)
    else:
        raise AssertionError("a folder that is no run was taken for one")


def made(parent):
    """A finished run of two rounds and a pass."""
    folder = pathlib.Path(parent, "t-0")
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps(MANIFEST))
    lines = [
        {"line": "round", "stage": "extractor", "round": 1, "virtualSeconds": 2.0, "accuracy": None, "trainLoss": "NaN", "bytesSoFar": 10},
        {"line": "round", "stage": "gate", "round": 1, "virtualSeconds": 3.0, "accuracy": 0.5, "trainLoss": 0.25, "bytesSoFar": 20},
        {"line": "pass", "gate": "fedgate", "test": "iid", "accuracy": 0.75, "routing": [[1.0]], "note": None},
    ]
    (folder / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    (folder / "effective.conf").write_text("".join(f"key.k{number} = {number}  // reference.conf:1\n" for number in range(150)))
    return nmoe.Run(folder)


class Tracker(types.ModuleType):
    """Takes down what it is told, by the names and arguments of the real one's documentation."""

    def __init__(self, name):
        super().__init__(name)
        self.told, self.open = [], False

    def init(self, *, project, name, config):
        self.open, self.run, self.keys = True, (project, name), dict(config)

    def log(self, metrics, *, step):
        assert self.open and all(type(value) is float for value in metrics.values()), metrics
        self.told.append((step, metrics))

    def finish(self):
        self.open = False

    def set_experiment(self, experiment_name):
        self.project = experiment_name

    @contextlib.contextmanager
    def start_run(self, *, run_name):
        self.init(project=self.project, name=run_name, config={})
        yield
        self.finish()

    def log_params(self, params):
        assert self.open and len(params) <= 100
        assert not self.keys.keys() & params.keys()
        self.keys.update(params)

    def log_metrics(self, metrics, *, step):
        self.log(metrics, step=step)


def pushed():
    with tempfile.TemporaryDirectory() as parent:
        run = made(parent)
        for name in ("wandb", "trackio", "mlflow"):
            tracker = sys.modules[name] = Tracker(name)
            nmoe.push(run, to=name, project="p")
            del sys.modules[name]
            assert tracker.run == ("p", "t-0") and not tracker.open
            assert tracker.keys == {f"key.k{number}": str(number) for number in range(150)}
            assert tracker.told == [
                (0, {"extractor/round": 1.0, "extractor/virtualSeconds": 2.0, "extractor/bytesSoFar": 10.0}),
                (1, {"gate/round": 1.0, "gate/virtualSeconds": 3.0, "gate/accuracy": 0.5, "gate/trainLoss": 0.25, "gate/bytesSoFar": 20.0}),
                (2, {"fedgate/iid/accuracy": 0.75}),
            ], tracker.told
        try:
            nmoe.push(run, to="tensorbored")
        except ValueError as problem:
            assert "'wandb', 'trackio' or 'mlflow'" in str(problem)
        else:
            raise AssertionError("a tracker that there is not was taken for one")


def table():
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "results.csv").write_text(
            "channel,run,test,gate,accuracy,bytesPerSample,degraded,meanLatencySeconds,medianSeconds,virtualSeconds,sentBytes,retransmittedBytes,radioJoules\n"
            "none,a,iid,fedgate,0.875,447.4,0,0.172,0.1,143.4,996270618,0,\nnone,a,iid,localgate,0.5,0,0,0.1,0.1,143.4,996270618,0,\nnone,a,iid,oraclegate,0.99,,,,,143.4,996270618,0,\n"
            "slow,b,iid,fedgate,0.825,447.4,0.446,9.302,9,42873,996270618,16700000,43600\n"
        )
        assert nmoe.markdown(folder).split("\n") == [
            "fedgate / localgate in each cell of a gate.", "",
            "| Channel | Accuracy (%) | Bytes/sample | Degraded answers (%) | Latency (ms) | Virtual time | Sent (MB) | Sent again (MB) | Radio (J) |",
            "|---|---|---|---|---|--:|--:|--:|--:|",
            "| none | 87.5 / 50.0 | 447 / 0 | 0 / 0 | 172 / 100 | 143 s | 996.3 | 0 | - |",
            "| slow | 82.5 / - | 447 / - | 44.6 / - | 9302 / - | 11.9 h | 996.3 | 16.7 | 43 600 |",
        ], nmoe.markdown(folder)


def notebook(folder):
    """Its cells, one after the other, with the run in the place of the one that they name; what they print is not looked at."""
    cells = json.loads(pathlib.Path(__file__).with_name("quickstart.ipynb").read_text(encoding="utf-8"))["cells"]
    names = {}
    for cell in cells:
        if cell["cell_type"] == "code" and "needs-matplotlib" not in cell["metadata"].get("tags", []):
            source = "".join(cell["source"]).replace('newest("runs")', repr(folder))
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(source, "quickstart.ipynb", "exec"), names)


def finished(folder):
    run = nmoe.Run(folder)
    assert run.manifest["run"]["status"] == "finished"
    assert len(run.passes) and run.passes.accuracy.between(0, 1).all()
    assert (run.ledger.sent >= 0).all() and (run.rounds.bytesSoFar.diff().dropna() >= 0).all()
    served = run.passes[run.passes.routing.map(len) > 0].iloc[0]
    assert ((run.gating(served.gate, served.test).sum(axis=1) - 1).abs() < 1e-9).all()


def of_sweep(folder):
    rows = nmoe.sweep(folder)
    for run in nmoe.runs(folder).itertuples():
        name = pathlib.Path(run.folder).name.rsplit("-", 1)[0]
        ours = rows[rows.run == name].set_index(["gate", "test"]).accuracy
        theirs = nmoe.Run(run.folder).passes.set_index(["gate", "test"]).accuracy
        assert len(ours) and (ours.sort_index() == theirs.sort_index()).all(), name


unfinished()
no_run()
pushed()
table()
if len(sys.argv) > 1:
    finished(sys.argv[1])
    notebook(sys.argv[1])
if len(sys.argv) > 2:
    of_sweep(sys.argv[2])
print("well")
