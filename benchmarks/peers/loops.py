"""What the peers of Y3, Y4 and Y6 share: data, the numbers that must come out, and the measuring."""

import measure
import numpy as np

ROWS = ["Y3", "Y4", "Y6"]
SAMPLES, FEATURES = 400, 784
STEPS, UNITS = 10_000, 64
FACTOR, POWER = np.float32(1.000001), 1_000_000


def classification():
    """Y3: (x, y), drawn with a fixed seed."""
    rng = np.random.default_rng(0)
    return (rng.normal(size=(SAMPLES, FEATURES)).astype("float32"),
            rng.integers(0, 2, SAMPLES).astype("float32"))  # fmt: skip


def recurrence():
    """Y4: (W, x) of s = tanh(W s + x_t)."""
    rng = np.random.default_rng(0)
    return (0.1 * rng.normal(size=(UNITS, UNITS))).astype("float32"), rng.normal(size=(STEPS, UNITS)).astype("float32")


def check_states(states):
    weights, x = recurrence()
    s = np.zeros(UNITS)
    for x_t in x[:100].astype("float64"):
        s = np.tanh(weights.astype("float64") @ s + x_t)
    np.testing.assert_allclose(np.asarray(states)[99], s, rtol=1e-3, atol=1e-4)


def check_power(value):
    np.testing.assert_allclose(np.asarray(value), float(FACTOR) ** POWER, rtol=0.1)  # rounding of a million products


def report(arguments, peer, settings, steps=1, case="", check=None):
    """Measures the best of `settings`: name -> function that makes a call without arguments, which does `steps` steps
    and gives what `check` takes."""
    requested = arguments.setting if arguments.setting in settings else None
    name, call = measure.best_setting(settings, requested, lambda call: 1 / measure.rates(call, 0.3, 1)[0])
    if check is not None:
        check(call())
    repeats = [steps * rate for rate in measure.rates(call, arguments.seconds, arguments.repeats)]
    measure.report(arguments.row, peer, repeats, "steps/s", name, case)
