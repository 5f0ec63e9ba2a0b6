"""Counts NMoE's models by hooks in PyTorch: trained parameters, FLOP and the bytes that the backward pass keeps of one picture.

    python3 experiments/count_models.py

FLOP: two a multiply-add of each convolution and linear layer that a forward hook sees, and of each product of attention. Bytes: what the saved tensors of a step grow by from one picture to
the next, each storage once, parameters apart. The tests of NMoE's models hold its own counts to what this prints.
"""
import torch
from torch import nn
from torch.nn import functional as F

import models

SHAPES = {"cifar": (3, 32, 32), "mnist": (1, 28, 28)}
EXTRACTORS = [("resnet18", "group"), ("resnet18", "batch"), ("resnet18-imagenet", "batch"), ("resnet8", "group"), ("cnn", "group"), ("lenet5", "group"), ("lenet5-relu", "group"),
              ("mlp", "group"), ("mlp-300-100", "group"), ("linear", "group"), ("vit-tiny", "group")]


def flops(module, x):
    total = [0]

    def seen(layer, inputs, output):
        if isinstance(layer, nn.Conv2d):
            total[0] += 2 * layer.in_channels * layer.kernel_size[0] * layer.kernel_size[1] * output.numel()
        elif isinstance(layer, nn.Linear):
            total[0] += 2 * layer.in_features * output.numel()
        elif isinstance(layer, models.Attention):
            _, tokens, wide = output.shape
            total[0] += 2 * 2 * tokens * tokens * wide

    handles = [layer.register_forward_hook(seen) for layer in module.modules()]
    with torch.no_grad():
        module.eval()(x)
    for handle in handles:
        handle.remove()
    return total[0]


def kept(parts, shape, batch, classes):
    own = {parameter.storage().data_ptr() for part in parts for parameter in [*part.parameters(), *part.buffers()]}
    seen, held = {}, []

    def pack(tensor):
        if tensor.storage().data_ptr() not in own:
            seen[tensor.storage().data_ptr()] = tensor.storage().nbytes()
            held.append(tensor)
        return tensor

    x, y = torch.randn(batch, *shape), torch.zeros(batch, dtype=torch.long)
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        for part in parts:
            part.train()
        loss = F.cross_entropy(nn.Sequential(*parts)(x), y)
    loss.backward()
    return sum(seen.values()) - batch * y.element_size()


def main():
    for name, norm in EXTRACTORS:
        for data, shape in SHAPES.items():
            extractor = models.extractor(name, shape, 16, norm)
            x = torch.randn(1, *shape)
            latent = extractor.eval()(x).shape[1]
            for head in ("mlp4", "linear", "mlp-64"):
                if head != "linear" and name not in ("resnet18", "cnn"):
                    continue
                expert = models.expert(head, latent, 10)
                counted = [sum(parameter.numel() for parameter in part.parameters()) for part in (extractor, expert)]
                bytes_of = kept((extractor, expert), shape, 4, 10) - kept((extractor, expert), shape, 3, 10)
                print(f'("{name}", "{norm}", "{data}", "{head}", {latent}, {counted[0]}, {counted[1]}, '
                      f'{flops(extractor, x)}, {flops(expert, torch.zeros(1, latent))}, {bytes_of}),')


if __name__ == "__main__":
    main()
