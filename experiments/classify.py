"""Classifies pictures with the models that a run left: python3-torch and numpy are enough.

    python3 experiments/classify.py RUN/models PICTURES.npy [--client 3]

PICTURES.npy holds bytes [N, C, H, W] (or [N, H, W] of grey pictures). Each is given the class of one client's expert; with --gate, of the expert that the gate prefers for it. What model it
is, and how bytes become numbers, the files say themselves.
"""
import argparse
import json
import pathlib
import struct

import numpy
import torch

import models

TYPES = {"F32": numpy.float32, "I64": numpy.int64, "U8": numpy.uint8}


def read(path):
    """The tensors and the metadata of a safetensors file."""
    data = pathlib.Path(path).read_bytes()
    length, = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + length])
    metadata = header.pop("__metadata__", {})
    body = data[8 + length:]
    tensors = {}
    for name, told in header.items():
        begin, end = told["data_offsets"]
        tensors[name] = torch.from_numpy(numpy.frombuffer(body[begin:end], TYPES[told["dtype"]]).reshape(told["shape"]).copy())
    return tensors, metadata


def numbers(text, kind):
    return [kind(part) for part in text.split()]


def normalised(pictures, metadata):
    shape = numbers(metadata["shape"], int)
    pictures = pictures.reshape(-1, *shape)
    mean, deviation = (torch.tensor(numbers(metadata[name], float)).reshape(1, -1, 1, 1) for name in ("mean", "deviation"))
    return (torch.from_numpy(numpy.ascontiguousarray(pictures)).float() / 255 - mean) / deviation


def load(folder, client):
    """An extractor and a client's expert, ready to be asked, and what their files say."""
    folder = pathlib.Path(folder)
    own = folder / f"extractor-{client:05d}.safetensors"
    tensors, told = read(own if own.exists() else folder / "extractor.safetensors")
    extractor = models.extractor(told["extractor"], tuple(numbers(told["shape"], int)), int(told["width"]), told["norm"])
    extractor.load_state_dict(tensors)
    own, of_expert = read(folder / f"expert-{client:05d}.safetensors")
    expert = models.expert(of_expert["expert"], int(told["latent"]), int(told["classes"]))
    expert.load_state_dict(own)
    return extractor.eval(), expert.eval(), told


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("models")
    parser.add_argument("pictures")
    parser.add_argument("--client", type=int, default=0)
    parser.add_argument("--gate", action="store_true")
    arguments = parser.parse_args()
    extractor, expert, told = load(arguments.models, arguments.client)
    with torch.no_grad():
        latents = extractor(normalised(numpy.load(arguments.pictures, allow_pickle=False), told))
        classes = expert(latents).argmax(1)
        if arguments.gate:
            gate, told = read(pathlib.Path(arguments.models) / "gate.safetensors")
            scores = latents @ gate["weight"].T + gate["bias"] if "gate" not in told else models.perceptron(told["gate"], gate)(latents)
            best = scores.argmax(1)
            for client in best.unique().tolist():
                rows = best == client
                classes[rows] = load(arguments.models, client)[1](latents[rows]).argmax(1)
    for number in classes.tolist():
        print(number)


if __name__ == "__main__":
    main()
