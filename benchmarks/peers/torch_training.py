"""Training rows by PyTorch, eager or compiled: the usual training loop."""

import measure
import torch
import workloads
from torch import nn
from torch.nn import functional

ARGUMENTS = measure.parse_arguments(list(measure.TRAINING_ROWS), mode=["eager", "compiled"])
torch.set_num_threads(measure.THREADS)


def mlp():
    hidden = []
    for m, n in zip(workloads.MLP[:-2], workloads.MLP[1:-1]):
        hidden += [nn.Linear(m, n), nn.ReLU(), nn.Dropout(0.2)]
    return nn.Sequential(*hidden, nn.Linear(*workloads.MLP[-2:]))


def cnn():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.25),
        nn.Flatten(), nn.Linear(64 * 12 * 12, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, 10),
    )  # fmt: skip


class Block(nn.Module):
    def __init__(self, channels, filters, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(channels, filters, 3, stride, padding=1), nn.BatchNorm2d(filters)
        self.conv2, self.bn2 = nn.Conv2d(filters, filters, 3, padding=1), nn.BatchNorm2d(filters)
        self.shortcut = nn.Conv2d(channels, filters, 1, stride) if stride == 2 else nn.Identity()

    def forward(self, x):
        y = functional.relu(self.bn1(self.conv1(x)))
        return functional.relu(self.bn2(self.conv2(y)) + self.shortcut(x))


class ResNet20(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU())
        blocks, channels = [], 16
        for stage, filters in enumerate((16, 32, 64)):
            for block in range(3):
                blocks.append(Block(channels, filters, 2 if stage > 0 and block == 0 else 1))
                channels = filters
        self.blocks, self.head = nn.Sequential(*blocks), nn.Linear(64, 10)

    def forward(self, x):
        return self.head(self.blocks(self.stem(x)).mean((2, 3)))


class Recurrent(nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.embedding, self.recurrent = nn.Embedding(workloads.WORDS, 128), layer(128, 128, batch_first=True)
        self.head = nn.Linear(128, 1)

    def forward(self, words):
        return self.head(self.recurrent(self.embedding(words))[0][:, -1])


class TransformerBlock(nn.Module):
    def __init__(self, width, heads, key_dim, hidden):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value = (nn.Linear(width, heads * key_dim) for _ in range(3))
        self.projection = nn.Linear(heads * key_dim, width)
        self.norm1, self.norm2 = nn.LayerNorm(width, eps=1e-6), nn.LayerNorm(width, eps=1e-6)
        self.hidden, self.output = nn.Linear(width, hidden), nn.Linear(hidden, width)

    def forward(self, x):
        query, key, value = (
            part(x).unflatten(2, (self.heads, -1)).transpose(1, 2) for part in (self.query, self.key, self.value)
        )
        attended = functional.scaled_dot_product_attention(query, key, value).transpose(1, 2).flatten(2)
        x = self.norm1(x + functional.dropout(self.projection(attended), 0.1, self.training))
        y = self.output(functional.relu(self.hidden(x)))
        return self.norm2(x + functional.dropout(y, 0.1, self.training))


class Transformer(nn.Module):
    def __init__(self, length, width, heads, key_dim, hidden, blocks):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(workloads.WORDS, width), nn.Embedding(length, width)
        self.blocks = nn.Sequential(*(TransformerBlock(width, heads, key_dim, hidden) for _ in range(blocks)))
        self.head = nn.Sequential(nn.Dropout(0.1), nn.Linear(width, 20), nn.ReLU(), nn.Dropout(0.1), nn.Linear(20, 2))

    def forward(self, words):
        return self.head(self.blocks(self.tokens(words) + self.positions.weight).mean(1))


def make_model(row):
    if row in workloads.TRANSFORMER:
        return Transformer(workloads.LENGTHS[row], *workloads.TRANSFORMER[row])
    if row in workloads.RECURRENT:
        return Recurrent(nn.GRU if row == "T6" else nn.LSTM)
    return {"T1": mlp, "T2": cnn, "T3": ResNet20}[row]()


def make_step(row, data, channels_last, fused):
    """One training step on the next batch; metrics are kept as tensors."""
    memory = torch.channels_last if channels_last else torch.contiguous_format
    model = make_model(row).train()
    x, y = torch.from_numpy(data[0]), torch.from_numpy(data[1])
    if row in ("T2", "T3"):
        x = x.permute(0, 3, 1, 2).contiguous(memory_format=memory)
        model = model.to(memory_format=memory)
    if row == "T1":
        optimizer = torch.optim.RMSprop(model.parameters(), 1e-3, alpha=0.9, foreach=fused)
    else:
        optimizer = torch.optim.Adam(model.parameters(), 1e-3, fused=fused)
    forward = torch.compile(model) if ARGUMENTS.mode == "compiled" else model
    binary, batch = row in workloads.RECURRENT, workloads.BATCH[row]
    criterion = nn.BCEWithLogitsLoss() if binary else nn.CrossEntropyLoss()
    state = {"batch": 0, "loss": torch.zeros(()), "correct": torch.zeros((), dtype=torch.int64)}

    def step():
        start = state["batch"] * batch
        inputs, targets = x[start : start + batch], y[start : start + batch]
        state["batch"] = (state["batch"] + 1) % workloads.BATCHES[row]
        optimizer.zero_grad(set_to_none=True)
        outputs = forward(inputs)
        loss = criterion(outputs, targets)
        loss.backward()
        optimizer.step()
        state["loss"] += loss.detach()
        found = outputs.detach() > 0 if binary else outputs.detach().argmax(1)
        state["correct"] += (found == targets).sum()

    return step


def main():
    row, data = ARGUMENTS.row, workloads.training_data(ARGUMENTS.row)
    formats = {"": False} if row not in ("T2", "T3") else {"contiguous": False, "channels_last": True}
    many = "foreach" if row == "T1" else "fused"
    settings = {
        ", ".join(filter(None, [layout, f"{many} optimizer" if fused else "default optimizer"])):
            lambda last=last, fused=fused: make_step(row, data, last, fused)
        for layout, last in formats.items()
        for fused in (False, True)
    }  # fmt: skip
    name, step = measure.best_setting(settings, ARGUMENTS.setting, lambda step: 1 / measure.rates(step, 0.5, 1)[0])
    repeats = [workloads.BATCH[row] * rate for rate in measure.rates(step, ARGUMENTS.seconds, ARGUMENTS.repeats)]
    peer = "pytorch-compiled" if ARGUMENTS.mode == "compiled" else "pytorch"
    measure.report(row, peer, repeats, "samples/s", name)


main()
