"""Y3, Y4, Y6 by JAX."""

import os

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import jax.numpy as jnp
import loops
import measure

ARGUMENTS = measure.parse_arguments(loops.ROWS)


def logistic_regression():
    x, y = map(jnp.asarray, loops.classification())

    def cost(parameters):
        w, b = parameters
        p_1 = 1 / (1 + jnp.exp(-(x @ w) - b))
        cross_entropy = -y * jnp.log(p_1) - (1 - y) * jnp.log(1 - p_1)
        return cross_entropy.mean() + 0.01 * (w**2).sum(), (p_1 > 0.5, cross_entropy)

    @jax.jit
    def step(parameters):
        gradients, results = jax.grad(cost, has_aux=True)(parameters)
        return [p - 0.1 * g for p, g in zip(parameters, gradients)], results

    def make():
        state = [[jnp.zeros(loops.FEATURES), jnp.zeros(())]]

        def call():
            state[0], results = step(state[0])
            jax.block_until_ready((state[0], results))

        return call

    loops.report(ARGUMENTS, "jax", {"jit": make})


def recurrence():
    weights, x = map(jnp.asarray, loops.recurrence())

    def states(weights):
        def step(s, x_t):
            s = jnp.tanh(weights @ s + x_t)
            return s, s

        return jax.lax.scan(step, jnp.zeros(loops.UNITS), x)[1]

    forward = jax.jit(states)
    gradient = jax.jit(jax.grad(lambda weights: (states(weights) ** 2).sum()))
    loops.report(ARGUMENTS, "jax", {"scan": lambda: lambda: forward(weights).block_until_ready()}, loops.STEPS,
                 "forward", loops.check_states)  # fmt: skip
    loops.report(ARGUMENTS, "jax", {"scan": lambda: lambda: gradient(weights).block_until_ready()}, loops.STEPS,
                 "gradient")  # fmt: skip


def power():
    factor = jnp.asarray(loops.FACTOR)

    @jax.jit
    def by_scan(factor):
        return jax.lax.scan(lambda prior, _: (prior * factor, None), jnp.ones(()), length=loops.POWER)[0]

    @jax.jit
    def by_loop(factor, k):
        return jax.lax.fori_loop(0, k, lambda _, prior: prior * factor, jnp.ones(()))

    settings = {
        "scan": lambda: lambda: by_scan(factor).block_until_ready(),
        "fori_loop": lambda: lambda: by_loop(factor, loops.POWER).block_until_ready(),
    }
    loops.report(ARGUMENTS, "jax", settings, loops.POWER, check=loops.check_power)


{"Y3": logistic_regression, "Y4": recurrence, "Y6": power}[ARGUMENTS.row]()
