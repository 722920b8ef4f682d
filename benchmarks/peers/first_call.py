"""Y5: the first training step of T1's network in a new process: building, compiling, first step. Imports are not
counted."""

import os
import subprocess
import sys
import time

import measure

ARGUMENTS = measure.parse_arguments(
    ["Y5"], peer=["keras-tensorflow", "keras-jax", "pytorch-compiled", "pytorch"], once=["no", "yes"]
)


def keras_step():
    os.environ["KERAS_BACKEND"] = ARGUMENTS.peer.removeprefix("keras-")
    import keras
    import numpy as np

    x, y = np.random.rand(128, 784).astype("float32"), np.random.randint(0, 10, 128)
    start = time.perf_counter()
    layers = keras.layers
    model = keras.Sequential([
        keras.Input((784,)), layers.Dense(512, activation="relu"), layers.Dropout(0.2),
        layers.Dense(512, activation="relu"), layers.Dropout(0.2), layers.Dense(10, activation="softmax"),
    ])  # fmt: skip
    model.compile(optimizer="rmsprop", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.train_on_batch(x, y)
    return time.perf_counter() - start


def torch_step():
    import torch
    from torch import nn

    torch.set_num_threads(measure.THREADS)
    x, y = torch.rand(128, 784), torch.randint(0, 10, (128,))
    start = time.perf_counter()
    model = nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Dropout(0.2), nn.Linear(512, 512), nn.ReLU(),
                          nn.Dropout(0.2), nn.Linear(512, 10))  # fmt: skip
    loss_of = nn.CrossEntropyLoss()
    optimizer = torch.optim.RMSprop(model.parameters())

    def step():
        optimizer.zero_grad()
        logits = model(x)
        loss = loss_of(logits, y)
        loss.backward()
        optimizer.step()
        return loss, (logits.argmax(1) == y).float().mean()

    run = torch.compile(step) if ARGUMENTS.peer == "pytorch-compiled" else step
    [value.item() for value in run()]
    return time.perf_counter() - start


def in_new_process():
    command = [sys.executable, __file__, "--row", "Y5", "--peer", ARGUMENTS.peer, "--once", "yes"]
    environment = dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3", JAX_PLATFORMS="cpu", TORCHINDUCTOR_FORCE_DISABLE_CACHES="1")
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    return float(done.stdout.split()[-1])


if ARGUMENTS.once == "yes":
    print(keras_step() if ARGUMENTS.peer.startswith("keras-") else torch_step())
else:
    measure.report("Y5", ARGUMENTS.peer, [in_new_process() for _ in range(ARGUMENTS.repeats)], "s")
