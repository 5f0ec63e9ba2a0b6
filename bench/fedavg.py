"""Federated averaging in plain PyTorch, as `nmoe bench fedavg` runs it beside NMoE: the same models, sizes and numbers of steps, on drawn pictures that lie ready in memory.

    python3 bench/fedavg.py MODEL CHANNELS SIDE CLIENTS PICTURES COHORT ROUNDS BATCH RATE PROCESSES

Prints the seconds from the first round's start to the last one's end, and the processor's seconds of this process, for each line that comes in.
"""
import multiprocessing
import pathlib
import random
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "experiments"))
import models  # noqa: E402

CLASSES = 10


def build(name, shape):
    width, norm = (64, "batch") if name.startswith("resnet") else (16, "group")
    extractor = models.extractor(name, shape, width, norm)
    latent = extractor.eval()(torch.zeros(1, *shape)).shape[1]
    return nn.Sequential(extractor, models.expert("linear", latent, CLASSES))


class Client:
    """Trains one client after another in this process."""

    def __init__(self, arguments):
        self.name, channels, side, clients, pictures, _, _, self.batch, self.rate, _ = arguments
        torch.set_num_threads(1)
        torch.manual_seed(1)
        self.shape = (channels, side, side)
        self.pictures = torch.randn(clients, pictures, *self.shape)
        self.labels = torch.randint(CLASSES, (clients, pictures))
        self.model = build(self.name, self.shape)

    def train(self, client, state):
        self.model.load_state_dict(state)
        self.model.train()
        optimiser = torch.optim.SGD(self.model.parameters(), lr=self.rate)
        x, y = self.pictures[client], self.labels[client]
        order = torch.randperm(len(y))
        for rows in order.split(self.batch):
            optimiser.zero_grad()
            F.cross_entropy(self.model(x[rows]), y[rows]).backward()
            optimiser.step()
        return {name: value.detach().clone() for name, value in self.model.state_dict().items()}


def in_child(arguments):
    global WORKER
    WORKER = Client(arguments)


def train_in_child(job):
    client, state = job
    updated = WORKER.train(client, {name: torch.from_numpy(value) for name, value in state.items()})
    return {name: value.numpy() for name, value in updated.items()}


def average(updates):
    return {name: sum(update[name] for update in updates) / len(updates) if updates[0][name].is_floating_point() else updates[0][name] for name in updates[0]}


def main():
    arguments = [sys.argv[1], *(int(text) for text in sys.argv[2:9]), float(sys.argv[9]), int(sys.argv[10])]
    clients, cohort, rounds, processes = arguments[3], arguments[5], arguments[6], arguments[9]
    alone = Client(arguments) if processes == 1 else None
    pool = multiprocessing.get_context("spawn").Pool(processes, in_child, (arguments,)) if processes > 1 else None
    torch.manual_seed(1)
    start = build(arguments[0], (arguments[1], arguments[2], arguments[2])).state_dict()
    chosen = random.Random(1)
    print("ready", flush=True)
    for _ in sys.stdin:
        state = {name: value.clone() for name, value in start.items()}
        began, used = time.perf_counter(), time.process_time()
        for _ in range(rounds):
            cohort_now = chosen.sample(range(clients), cohort)
            if alone is not None:
                updates = [alone.train(client, state) for client in cohort_now]
            else:
                sent = {name: value.numpy() for name, value in state.items()}
                updates = [{name: torch.as_tensor(value) for name, value in update.items()}
                           for update in pool.imap_unordered(train_in_child, [(client, sent) for client in cohort_now])]
            state = average(updates)
        print(f"{time.perf_counter() - began:.6f} {time.process_time() - used:.6f}", flush=True)
    if pool is not None:
        pool.terminate()


if __name__ == "__main__":
    main()
