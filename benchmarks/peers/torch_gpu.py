"""Rows G1 to G7 by PyTorch on a GPU: the better of eager and compiled, the usual training loop."""

import argparse
import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional

DEVICE = "cuda"
CLASSES = 1000


def application(name):
    import torchvision

    return getattr(torchvision.models, name)(num_classes=CLASSES)


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding, self.recurrent = nn.Embedding(20000, 128), nn.LSTM(128, 128, batch_first=True)
        self.head = nn.Linear(128, 2)

    def forward(self, words):
        return self.head(self.recurrent(self.embedding(words))[0][:, -1])


class Transformer(nn.Module):
    def __init__(self, length=1024, width=1024, heads=16, hidden=4096, blocks=4):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(20000, width), nn.Parameter(torch.zeros(length, width))
        layer = nn.TransformerEncoderLayer(width, heads, hidden, dropout=0.1, batch_first=True)
        self.blocks, self.head = nn.TransformerEncoder(layer, blocks), nn.Linear(width, 2)

    def forward(self, words):
        return self.head(self.blocks(self.tokens(words) + self.positions).mean(1))


def mlp():
    hidden = []
    for units in (784, 512):
        hidden += [nn.Linear(units, 512), nn.ReLU(), nn.Dropout(0.2)]
    return nn.Sequential(*hidden, nn.Linear(512, 10))


def images(size):
    return lambda: (torch.rand(64, 3, size, size), torch.randint(0, CLASSES, (64,)))


ROWS = {
    "vgg16": (lambda: application("vgg16"), images(224)),
    "inception_v3": (lambda: application("inception_v3"), images(299)),
    "resnet50": (lambda: application("resnet50"), images(224)),
    "mlp": (mlp, lambda: (torch.rand(128, 784), torch.randint(0, 10, (128,)))),
    "lstm": (Recurrent, lambda: (torch.randint(0, 20000, (128, 200)), torch.randint(0, 2, (128,)))),
    "transformer": (Transformer, lambda: (torch.randint(0, 20000, (16, 1024)), torch.randint(0, 2, (16,)))),
    "resnet50_latency": (lambda: application("resnet50"), lambda: (torch.rand(1, 3, 224, 224), None)),
}


def rate(step, seconds):
    """Steps per second."""
    for _ in range(5):
        step()
    torch.cuda.synchronize()
    start, done = time.perf_counter(), 0
    while time.perf_counter() - start < seconds:
        step()
        done += 1
        if done % 20 == 0:
            torch.cuda.synchronize()
    torch.cuda.synchronize()
    return done / (time.perf_counter() - start)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--row", required=True, choices=ROWS)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--precision", default="float32", choices=("float32", "tf32", "mixed_float16", "mixed_bfloat16"))
    arguments = parser.parse_args()
    make_model, make_batch = ROWS[arguments.row]
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = arguments.precision == "tf32"
    torch.backends.cudnn.benchmark = True
    mixed = {"mixed_float16": torch.float16, "mixed_bfloat16": torch.bfloat16}.get(arguments.precision)

    def precision():
        return torch.autocast(DEVICE, dtype=mixed, enabled=mixed is not None)

    x, y = make_batch()
    x = x.to(DEVICE)
    best = 0.0
    for compiled in (False, True):
        model = make_model().to(DEVICE)
        try:
            forward = torch.compile(model) if compiled else model
            if y is None:
                model.eval()

                def step():
                    with torch.no_grad(), precision():
                        forward(x).cpu()

            else:
                target = y.to(DEVICE)
                optimizer = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9)
                scaler = torch.amp.GradScaler(DEVICE, enabled=mixed is torch.float16)

                def step():
                    optimizer.zero_grad(set_to_none=True)
                    with precision():
                        scores = forward(x)
                        loss = functional.cross_entropy(getattr(scores, "logits", scores), target)
                    scaler.scale(loss).backward()
                    scaler.step(optimizer)
                    scaler.update()

            best = max(best, rate(step, arguments.seconds))
        except Exception as error:  # a mode that does not work here leaves the other one
            print(f"compiled={compiled}: {error}", file=sys.stderr)
    value, unit = (1e6 / best, "us") if y is None else (best * x.shape[0], "samples/s")
    print(json.dumps({"row": arguments.row, "peer": "PyTorch " + torch.__version__, "value": value, "unit": unit}))


if __name__ == "__main__":
    main()
