"""Y1, Y2 by PyTorch, compiled or eager."""

import measure
import symbolic
import torch

ARGUMENTS = measure.parse_arguments(symbolic.ROWS, mode=["compiled", "eager"])
torch.set_num_threads(measure.THREADS)


def binomial(a, b):
    return a**2 + b**2 + 2 * a * b


def sigmoid(x):
    return 1 / (1 + torch.exp(-x))


def tanh10(x):
    for _ in range(10):
        x = torch.tanh(x)
    return x


def make_settings(case, inputs):
    function = {"sigmoid": sigmoid, "tanh10": tanh10}.get(case, binomial)
    tensors = [torch.from_numpy(x) for x in inputs]

    def make(**options):
        compiled = torch.compile(function, **options) if ARGUMENTS.mode == "compiled" else function
        return lambda: compiled(*tensors)

    if ARGUMENTS.mode == "eager":
        return {"eager": make}
    return {"compile": make, "compile, max-autotune": lambda: make(mode="max-autotune-no-cudagraphs")}


symbolic.run(ARGUMENTS, "pytorch-compiled" if ARGUMENTS.mode == "compiled" else "pytorch", make_settings)
