"""L1, L2 by Keras: `predict` on one row."""

import os

import measure

ARGUMENTS = measure.parse_arguments(["L1", "L2"], backend=["tensorflow", "jax"])
os.environ["KERAS_BACKEND"] = ARGUMENTS.backend
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import keras
import workloads


def main():
    row, x = ARGUMENTS.row, workloads.latency_input(ARGUMENTS.row)
    weights = workloads.latency_layers(row)
    model = keras.Sequential([keras.Input(x.shape[1:])])
    for index, (kernel, _) in enumerate(weights):
        last = index + 1 == len(weights)
        activation = "relu" if not last else "softmax" if row == "L2" else None
        model.add(keras.layers.Dense(kernel.shape[1], activation=activation))
    model.set_weights([array for pair in weights for array in pair])
    repeats = measure.latencies(lambda: model.predict(x, verbose=0), ARGUMENTS.seconds, ARGUMENTS.repeats)
    measure.report(row, f"keras-{ARGUMENTS.backend}", repeats, "us", "predict")


main()
