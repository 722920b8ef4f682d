"""What the peers of Y1 and Y2 share: cases, sizes, traffic, and the check of the result."""

import measure
import numpy as np

ROWS = ["Y1", "Y2"]
# row -> [(case, elements, number of inputs, arrays of traffic)]
CASES = {"Y1": [("1e6", 10**6, 2, 3), ("1e7", 10**7, 2, 3)], "Y2": [("sigmoid", 10**7, 1, 2), ("tanh10", 10**7, 1, 2)]}


def expected(case, inputs):
    if len(inputs) == 2:
        a, b = inputs
        return (a + b) ** 2
    if case == "sigmoid":
        return 1 / (1 + np.exp(-inputs[0]))
    value = inputs[0]
    for _ in range(10):
        value = np.tanh(value)
    return value


def run(arguments, peer, make_settings):
    """Measures each case of the row. `make_settings(case, inputs)`: name -> function that makes a call without
    arguments, whose result np.asarray turns into the array."""
    rng = np.random.default_rng(0)
    for case, size, count, traffic in CASES[arguments.row]:
        inputs = [rng.normal(size=size).astype("float32") for _ in range(count)]
        settings = make_settings(case, inputs)
        requested = arguments.setting if arguments.setting in settings else None
        name, call = measure.best_setting(settings, requested, lambda call: 1 / measure.rates(call, 0.3, 1)[0])
        np.testing.assert_allclose(np.asarray(call()), expected(case, inputs), rtol=1e-3, atol=1e-5)
        gigabytes = 4 * traffic * size / 1e9
        repeats = [gigabytes * rate for rate in measure.rates(call, arguments.seconds, arguments.repeats)]
        measure.report(arguments.row, peer, repeats, "GB/s", name, case)
