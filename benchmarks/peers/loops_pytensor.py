"""Y3, Y4, Y6 by pytensor, its C code and its Numba code."""

import os

import measure

CACHE = os.environ.get("KERASCPP_BENCH_CACHE", "/tmp")
os.environ.setdefault("PYTENSOR_FLAGS", f"floatX=float32,openmp=True,base_compiledir={CACHE}/pytensor")

import loops
import numpy as np
import pytensor
import pytensor.tensor as pt

ARGUMENTS = measure.parse_arguments(loops.ROWS)
MODES = ("CVM", "NUMBA")


def scan(*arguments, **keywords):
    result = pytensor.scan(*arguments, **keywords)
    return result[0] if isinstance(result, (tuple, list)) else result


def settings(make):
    return {mode: lambda mode=mode: make(mode) for mode in MODES}


def logistic_regression():
    data = loops.classification()

    def make(mode):
        x, y = pt.fmatrix("x"), pt.fvector("y")
        w = pytensor.shared(np.zeros(loops.FEATURES, "float32"), name="w")
        b = pytensor.shared(np.float32(0), name="b")
        p_1 = 1 / (1 + pt.exp(-pt.dot(x, w) - b))
        cross_entropy = -y * pt.log(p_1) - (1 - y) * pt.log(1 - p_1)
        cost = cross_entropy.mean() + np.float32(0.01) * (w**2).sum()
        gradients = pt.grad(cost, [w, b])
        updates = [(p, (p - np.float32(0.1) * g).astype("float32")) for p, g in zip([w, b], gradients)]
        train = pytensor.function([x, y], [p_1 > 0.5, cross_entropy], updates=updates, mode=mode, trust_input=True)
        return lambda: train(*data)

    loops.report(ARGUMENTS, "pytensor", settings(make))


def recurrence():
    weights, x = loops.recurrence()

    def make(mode, gradient):
        W, items = pt.fmatrix("W"), pt.fmatrix("x")
        start = pt.zeros(loops.UNITS, dtype="float32")
        states = scan(lambda x_t, s, W: pt.tanh(pt.dot(W, s) + x_t), sequences=items, outputs_info=start,
                      non_sequences=W)  # fmt: skip
        result = pt.grad((states**2).sum(), W) if gradient else states
        function = pytensor.function([W, items], result, mode=mode, trust_input=True)
        return lambda: function(weights, x)

    for case, check in (("forward", loops.check_states), ("gradient", None)):
        made = settings(lambda mode, case=case: make(mode, case == "gradient"))
        loops.report(ARGUMENTS, "pytensor", made, loops.STEPS, case, check)


def power():
    def make(mode):
        A, k = pt.fscalar("A"), pt.iscalar("k")
        results = scan(lambda prior, A: prior * A, outputs_info=pt.ones_like(A), non_sequences=A, n_steps=k)
        function = pytensor.function([A, k], results[-1], mode=mode)
        return lambda: function(loops.FACTOR, np.int32(loops.POWER))

    loops.report(ARGUMENTS, "pytensor", settings(make), loops.POWER, check=loops.check_power)


{"Y3": logistic_regression, "Y4": recurrence, "Y6": power}[ARGUMENTS.row]()
