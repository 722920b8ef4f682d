"""Y1, Y2 by pytensor, its C code with OpenMP and its Numba code."""

import os

import measure

CACHE = os.environ.get("KERASCPP_BENCH_CACHE", "/tmp")
os.environ.setdefault(
    "PYTENSOR_FLAGS", f"floatX=float32,openmp=True,openmp_elemwise_minsize=10000,base_compiledir={CACHE}/pytensor"
)

import pytensor
import pytensor.tensor as pt
import symbolic

ARGUMENTS = measure.parse_arguments(symbolic.ROWS)


def build(case, inputs):
    if len(inputs) == 2:
        a, b = inputs
        return a**2 + b**2 + 2 * a * b
    value = inputs[0]
    if case == "sigmoid":
        return 1 / (1 + pt.exp(-value))
    for _ in range(10):
        value = pt.tanh(value)
    return value


def make_settings(case, inputs):
    def make(mode):
        symbols = [pt.vector(f"x{index}", dtype="float32") for index in range(len(inputs))]
        function = pytensor.function(
            [pytensor.In(symbol, borrow=True) for symbol in symbols],
            pytensor.Out(build(case, symbols), borrow=True),
            mode=mode,
            trust_input=True,
        )
        return lambda: function(*inputs)

    return {mode: lambda mode=mode: make(mode) for mode in ("CVM", "NUMBA")}


symbolic.run(ARGUMENTS, "pytensor", make_settings)
