"""Checks nmoe.py on a run of the quick start or any other, and on lines as runs write them: python3 python/test_nmoe.py [RUN [SWEEP]]"""

import json
import pathlib
import sys
import tempfile

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
if len(sys.argv) > 1:
    finished(sys.argv[1])
if len(sys.argv) > 2:
    of_sweep(sys.argv[2])
print("well")
