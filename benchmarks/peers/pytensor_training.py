"""T1 by pytensor: the whole step as one compiled function."""

import os

import measure

CACHE = os.environ.get("KERASCPP_BENCH_CACHE", "/tmp")
os.environ.setdefault("PYTENSOR_FLAGS", f"floatX=float32,openmp=True,base_compiledir={CACHE}/pytensor")

import numpy as np
import pytensor
import pytensor.tensor as pt
import workloads
from pytensor.tensor.random.utils import RandomStream

ARGUMENTS = measure.parse_arguments(["T1"])


def make_step(data, mode):
    rng = np.random.default_rng(0)
    x, y = pt.matrix("x", dtype="float32"), pt.lvector("y")
    random = RandomStream(seed=1)
    parameters, value = [], x
    pairs = list(zip(workloads.MLP, workloads.MLP[1:]))
    for index, (m, n) in enumerate(pairs):
        limit = np.sqrt(6 / (m + n))
        weight = pytensor.shared(rng.uniform(-limit, limit, (m, n)).astype("float32"))
        bias = pytensor.shared(np.zeros(n, "float32"))
        parameters += [weight, bias]
        value = value @ weight + bias
        if index + 1 < len(pairs):
            kept = random.uniform(0, 1, size=value.shape, dtype="float32") >= np.float32(0.2)
            value = pt.maximum(value, np.float32(0)) * kept / np.float32(0.8)
    log_probability = pt.special.log_softmax(value, axis=-1)
    loss = -log_probability[pt.arange(y.shape[0]), y].mean()
    accuracy = pt.eq(value.argmax(axis=-1), y).mean(dtype="float32")
    updates = {}
    for parameter, gradient in zip(parameters, pt.grad(loss, parameters)):
        square = pytensor.shared(np.zeros_like(parameter.get_value()))
        updates[square] = np.float32(0.9) * square + np.float32(0.1) * gradient**2
        updates[parameter] = parameter - np.float32(1e-3) * gradient / (pt.sqrt(updates[square]) + np.float32(1e-7))
    updates.update(random.updates())
    function = pytensor.function([x, y], [loss, accuracy], updates=updates, mode=mode)
    state = {"batch": 0}

    def step():
        part = slice(state["batch"] * workloads.BATCH["T1"], (state["batch"] + 1) * workloads.BATCH["T1"])
        state["batch"] = (state["batch"] + 1) % workloads.BATCHES["T1"]
        function(data[0][part], data[1][part])

    return step


def main():
    data = workloads.training_data("T1")
    settings = {mode: lambda mode=mode: make_step(data, mode) for mode in ("CVM", "NUMBA")}
    name, step = measure.best_setting(settings, ARGUMENTS.setting, lambda step: 1 / measure.rates(step, 0.5, 1)[0])
    repeats = [workloads.BATCH["T1"] * rate for rate in measure.rates(step, ARGUMENTS.seconds, ARGUMENTS.repeats)]
    measure.report("T1", "pytensor", repeats, "samples/s", name)


main()
