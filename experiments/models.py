"""NMoE's models in plain PyTorch, with the same names of parameters: python3-torch 1.13 or later is enough.

extractor(name, shape, width, norm) and expert(name, latent, classes, means) are modules; state dicts of exported files fit them.
"""
import re

import torch
from torch import nn
from torch.nn import functional as F


def norm_of(kind, channels):
    return nn.GroupNorm(8, channels) if kind == "group" else nn.BatchNorm2d(channels)


class Block(nn.Module):
    def __init__(self, wide_in, wide, stride, norm):
        super().__init__()
        self.conv1 = nn.Conv2d(wide_in, wide, 3, stride, 1, bias=False)
        self.bn1 = norm_of(norm, wide)
        self.conv2 = nn.Conv2d(wide, wide, 3, 1, 1, bias=False)
        self.bn2 = norm_of(norm, wide)
        self.downsample = nn.Sequential(nn.Conv2d(wide_in, wide, 1, stride, bias=False), norm_of(norm, wide)) if stride > 1 else nn.Sequential()

    def forward(self, x):
        return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))) + self.downsample(x))


class ResNet(nn.Module):
    def __init__(self, channels, width, norm, stages, blocks, imagenet=False):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, width, 7, 2, 3, bias=False) if imagenet else nn.Conv2d(channels, width, 3, 1, 1, bias=False)
        self.bn1 = norm_of(norm, width)
        self.pool = nn.MaxPool2d(3, 2, 1) if imagenet else nn.Sequential()
        wide_in, self.stages = width, stages
        for stage in range(stages):
            wide = width << stage
            row = [Block(wide_in if block == 0 else wide, wide, 2 if stage > 0 and block == 0 else 1, norm) for block in range(blocks)]
            self.add_module(f"layer{stage + 1}", nn.Sequential(*row))
            wide_in = wide

    def forward(self, x):
        x = self.pool(F.relu(self.bn1(self.conv1(x))))
        for stage in range(self.stages):
            x = getattr(self, f"layer{stage + 1}")(x)
        return x.mean([2, 3])


class Convolutional(nn.Module):
    """Two convolutions, each with an activation and a pool, then linear layers with activations."""

    def __init__(self, shape, channels, padding, linear, activation, pool):
        super().__init__()
        self.activation, self.pool = activation, pool
        self.conv1 = nn.Conv2d(shape[0], channels[0], 5, padding=padding[0])
        self.conv2 = nn.Conv2d(channels[0], channels[1], 5, padding=padding[1])
        with torch.no_grad():
            count = self.convolved(torch.zeros(1, *shape)).numel()
        self.fcs = []
        for number, wide in enumerate(linear, 1):
            self.add_module(f"fc{number}", nn.Linear(count, wide))
            self.fcs.append(f"fc{number}")
            count = wide

    def convolved(self, x):
        return self.pool(self.activation(self.conv2(self.pool(self.activation(self.conv1(x))))))

    def forward(self, x):
        x = self.convolved(x).flatten(1)
        for name in self.fcs:
            x = self.activation(getattr(self, name)(x))
        return x


class Attention(nn.Module):
    def __init__(self, wide, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(wide, 3 * wide)
        self.proj = nn.Linear(wide, wide)

    def forward(self, x):
        batch, tokens, wide = x.shape
        q, k, v = self.qkv(x).reshape(batch, tokens, 3, self.heads, wide // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        shares = ((q * (wide // self.heads) ** -0.5) @ k.transpose(2, 3)).softmax(3)
        return self.proj((shares @ v).transpose(1, 2).reshape(batch, tokens, wide))


class Mlp(nn.Module):
    def __init__(self, wide):
        super().__init__()
        self.fc1 = nn.Linear(wide, 4 * wide)
        self.fc2 = nn.Linear(4 * wide, wide)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(x)))


class TransformerBlock(nn.Module):
    def __init__(self, wide, heads):
        super().__init__()
        self.norm1 = nn.LayerNorm(wide, eps=1e-6)
        self.attn = Attention(wide, heads)
        self.norm2 = nn.LayerNorm(wide, eps=1e-6)
        self.mlp = Mlp(wide)

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class VitTiny(nn.Module):
    def __init__(self, shape, patch=4, wide=192, blocks=12, heads=3):
        super().__init__()
        count = (shape[1] // patch) * (shape[2] // patch)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, wide))
        self.pos_embed = nn.Parameter(torch.zeros(1, count + 1, wide))
        self.patch_embed = nn.Module()
        self.patch_embed.proj = nn.Conv2d(shape[0], wide, patch, patch)
        self.blocks = nn.Sequential(*[TransformerBlock(wide, heads) for _ in range(blocks)])
        self.norm = nn.LayerNorm(wide, eps=1e-6)

    def forward(self, x):
        x = self.patch_embed.proj(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.cls_token.expand(x.shape[0], -1, -1), x], 1) + self.pos_embed
        return self.norm(self.blocks(x)[:, 0].contiguous())


def widths_of(name):
    return [int(width) for width in name.split("-")[1:]] if re.fullmatch(r"mlp(-[1-9][0-9]*)+", name) else None


def hidden(count, widths):
    row = []
    for width in widths:
        row += [nn.Linear(count, width), nn.ReLU()]
        count = width
    return row, count


def extractor(name, shape, width=16, norm="group"):
    """shape is (channels, height, width) of a picture."""
    channels, count = shape[0], shape[0] * shape[1] * shape[2]
    if name == "resnet18":
        return ResNet(channels, width, norm, 4, 2)
    if name == "resnet18-imagenet":
        return ResNet(channels, width, norm, 4, 2, imagenet=True)
    if name == "resnet8":
        return ResNet(channels, width, norm, 3, 1)
    if name == "cnn":
        return Convolutional(shape, (32, 64), (2, 2), (512,), F.relu, nn.MaxPool2d(2))
    if re.fullmatch(r"cnn(-[1-9][0-9]*){2,}", name):
        first, second, *linear = [int(size) for size in name.split("-")[1:]]
        return Convolutional(shape, (first, second), (0, 0), linear, F.relu, nn.MaxPool2d(2))
    if name == "lenet5":
        return Convolutional(shape, (6, 16), (2 if shape[1] < 32 else 0, 0), (120, 84), torch.tanh, nn.AvgPool2d(2))
    if name == "lenet5-relu":
        return Convolutional(shape, (6, 16), (0, 0), (120, 84), F.relu, nn.MaxPool2d(2))
    if name == "linear":
        return nn.Flatten()
    if name == "vit-tiny":
        return VitTiny(shape)
    row, _ = hidden(count, [200, 200] if name == "mlp" else widths_of(name))
    module = nn.Sequential(*row)
    return Flat(module)


class Flat(nn.Sequential):
    """A sequence on all pixels of a picture, its parameters named as without this."""

    def __init__(self, row):
        super().__init__(*row)

    def forward(self, x):
        return super().forward(x.flatten(1))


def expert(name, latent, classes):
    widths = [512, 256, 128] if name == "mlp4" else [] if name == "linear" else widths_of(name)
    row, count = hidden(latent, widths)
    return nn.Sequential(*row, nn.Linear(count, classes))


def perceptron(name, tensors):
    """A gate with hidden layers, of its tensors; beside them may be those of its noise, which is not served."""
    names = sorted((key for key in tensors if key[0].isdigit()), key=lambda key: (int(key.split(".")[0]), key))
    module = expert(name, tensors["0.weight"].shape[1], len(tensors[names[-2]]))
    module.load_state_dict({key: tensors[key] for key in names})
    return module.eval()
