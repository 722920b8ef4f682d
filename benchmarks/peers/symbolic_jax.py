"""Y1, Y2 by JAX."""

import os

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import jax.numpy as jnp
import measure
import symbolic

ARGUMENTS = measure.parse_arguments(symbolic.ROWS)


def binomial(a, b):
    return a**2 + b**2 + 2 * a * b


def sigmoid(x):
    return 1 / (1 + jnp.exp(-x))


def tanh10(x):
    for _ in range(10):
        x = jnp.tanh(x)
    return x


def make_settings(case, inputs):
    function = jax.jit({"sigmoid": sigmoid, "tanh10": tanh10}.get(case, binomial))
    arrays = [jnp.asarray(x) for x in inputs]
    return {"jit": lambda: lambda: function(*arrays).block_until_ready()}


symbolic.run(ARGUMENTS, "jax", make_settings)
