"""L1, L2 by JAX alone: a jitted function, array in, array out."""

import os

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import measure
import numpy as np
import workloads

ARGUMENTS = measure.parse_arguments(["L1", "L2"])


def main():
    weights = [(jax.numpy.asarray(kernel), jax.numpy.asarray(bias)) for kernel, bias in workloads.latency_layers(ARGUMENTS.row)]

    @jax.jit
    def predict(x):
        for index, (kernel, bias) in enumerate(weights):
            x = x @ kernel + bias
            if index + 1 < len(weights):
                x = jax.nn.relu(x)
        return jax.nn.softmax(x) if ARGUMENTS.row == "L2" else x

    x = workloads.latency_input(ARGUMENTS.row)
    repeats = measure.latencies(lambda: np.asarray(predict(x)), ARGUMENTS.seconds, ARGUMENTS.repeats)
    measure.report(ARGUMENTS.row, "jax", repeats, "us", "jit")


main()
