#!/usr/bin/env python3
"""What it costs a run to be watched: the same run with 20 open pages and with none, alternated. Needs a built clone and Python alone.

    python3 bench/watched.py --pairs 3 -- experiments/quickstart.conf --set extractor.rounds=8 --set gate.rounds=4

Pages ask as nmoe watch's own page does: every two seconds, with the version that they know. Halfway half of them are gone without a word. What a browser draws is not measured: the pages take
the processor when nobody else wants it, as the server does. Each run has an empty store, so that all of it is computed.
"""
import argparse
import http.client
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAUSE = 2.0


class Page(threading.Thread):
    """One open page: a connection that is kept, and asks for what is new."""

    def __init__(self, address, stop):
        super().__init__(daemon=True)
        self.address, self.stop, self.changes, self.same = urllib.parse.urlsplit(address), stop, 0, 0

    def run(self):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)
        connection, version = http.client.HTTPConnection(self.address.hostname, self.address.port, timeout=30), None
        while not self.stop.is_set():
            connection.request("GET", self.address.path + "state", headers={"If-None-Match": version} if version else {})
            answer = connection.getresponse()
            answer.read()
            self.changes, self.same = self.changes + (answer.status == 200), self.same + (answer.status == 304)
            version = answer.headers.get("ETag", version)
            self.stop.wait(PAUSE)
        connection.sock.close()


def launch(arguments, **more):
    return subprocess.Popen([str(ROOT / "nmoe"), *arguments], cwd=ROOT, stdin=subprocess.DEVNULL, **more)


def run(arguments, place):
    """Seconds on the wall and of the processor that a run took."""
    shutil.rmtree(place / "store", ignore_errors=True)
    begun = time.monotonic()
    child = launch(["run", *arguments, "--out", str(place / "runs"), "--set", f"compute.store.path={place / 'store'}"], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"the run ended with code {child.returncode}")
    return time.monotonic() - begun, used.ru_utime + used.ru_stime


def server(pid):
    """Processor seconds, resident bytes and open descriptors of the process that listens: the launcher becomes it."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    kilobytes = next(line for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS")).split()[1]
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), int(kilobytes) * 1024, len(os.listdir(f"/proc/{pid}/fd"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("experiment", nargs="+", help="what nmoe run is given")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nmoe-watched-") as folder:
        place = pathlib.Path(folder)
        expected, _ = run(asked.experiment, place)  # Not measured: it makes the folder that is watched.
        watched = launch(["watch", str(next((place / "runs").glob("*/manifest.json")).parent)], stdout=subprocess.PIPE, text=True)
        try:
            address = watched.stdout.readline().split(" ")[1]
            print(f"{'pages':>5} {'wall s':>8} {'cpu s':>8} {'server cpu s':>12} {'server MB':>9} {'descriptors':>11}")
            took = {0: [], asked.pages: []}
            for _ in range(asked.pairs):
                for pages in took:
                    before = server(watched.pid)
                    stops = [threading.Event(), threading.Event()]
                    open_pages = [Page(address, stops[number % 2]) for number in range(pages)]
                    for page in open_pages:
                        page.start()
                    leave = threading.Timer(expected / 2, stops[0].set)
                    leave.start()
                    seconds = run(asked.experiment, place)
                    leave.cancel()
                    for stop in stops:
                        stop.set()
                    for page in open_pages:
                        page.join()
                    after = server(watched.pid)
                    took[pages].append(seconds)
                    print(f"{pages:5} {seconds[0]:8.2f} {seconds[1]:8.2f} {after[0] - before[0]:12.2f} {after[1] / 1e6:9.1f} {after[2]:11}" + (f"  {sum(page.changes for page in open_pages)} states, {sum(page.same for page in open_pages)} times none new" if pages else ""), flush=True)
            for name, which in (("wall", 0), ("cpu", 1)):
                ratios = [watching[which] / alone[which] for watching, alone in zip(took[asked.pages], took[0])]
                print(f"{name}: with {asked.pages} pages {statistics.median(ratios):.4f} times as long (median of {len(ratios)}; {json.dumps([round(ratio, 4) for ratio in ratios])})")
        finally:
            watched.terminate()
            watched.wait()


if __name__ == "__main__":
    main()
