"""The rows that run.py knows: who takes part, what is better, what is asked of ours."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Peer:
    name: str
    script: str  # in peers/
    arguments: tuple = ()


@dataclasses.dataclass(frozen=True)
class Row:
    """better: "higher" (throughput) or "lower" (time, memory).  bars: case -> ratio ours / best peer asked for;
    without peers what ours reports is a ratio already."""

    peers: tuple
    better: str
    bars: dict


KERAS_TENSORFLOW = ("--backend", "tensorflow")
KERAS_JAX = ("--backend", "jax")


def training(row):
    peers = [
        Peer("keras-tensorflow", "keras_training.py", KERAS_TENSORFLOW),
        Peer("keras-jax", "keras_training.py", KERAS_JAX),
        Peer("pytorch", "torch_training.py", ("--mode", "eager")),
        Peer("pytorch-compiled", "torch_training.py", ("--mode", "compiled")),
    ]
    if row == "T1":
        peers.append(Peer("pytensor", "pytensor_training.py"))
    return tuple(peers)


LATENCY = (
    Peer("onnxruntime", "latency_onnxruntime.py"),
    Peer("openvino", "latency_openvino.py"),
    Peer("pytorch", "latency_torch.py", ("--mode", "eager")),
    Peer("pytorch-compiled", "latency_torch.py", ("--mode", "compiled")),
    Peer("jax", "latency_jax.py"),
    Peer("keras-tensorflow", "latency_keras.py", KERAS_TENSORFLOW),
)
START = tuple(
    Peer(name, "start.py", ("--peer", name)) for name in ("onnxruntime", "openvino", "pytorch", "keras-tensorflow", "keras-jax")
)
STATEFUL = tuple(
    Peer(name, "stateful.py", ("--peer", name)) for name in ("onnxruntime", "openvino", "pytorch", "keras-tensorflow")
)
SYMBOLIC = (
    Peer("pytorch-compiled", "symbolic_torch.py", ("--mode", "compiled")),
    Peer("pytorch", "symbolic_torch.py", ("--mode", "eager")),
    Peer("jax", "symbolic_jax.py"),
    Peer("pytensor", "symbolic_pytensor.py"),
)
LOOPS = (
    Peer("jax", "loops_jax.py"),
    Peer("pytensor", "loops_pytensor.py"),
    Peer("pytorch", "loops_torch.py", ("--mode", "eager")),
    Peer("pytorch-compiled", "loops_torch.py", ("--mode", "compiled")),
)
FIRST_CALL = tuple(
    Peer(name, "first_call.py", ("--peer", name)) for name in ("keras-tensorflow", "keras-jax", "pytorch-compiled")
)

FILES = (
    Peer("keras-tensorflow", "files_keras.py", KERAS_TENSORFLOW),
    Peer("keras-jax", "files_keras.py", KERAS_JAX),
)

APPLICATIONS = tuple(Peer(name, "applications.py", ("--peer", name)) for name in ("onnxruntime", "openvino", "keras-tensorflow"))
# asked for: the time of one image as a fraction, the throughput of 32 as a multiple
APPLICATION_BARS = {"P1": (0.42, 2.2), "P2": (0.85, 1.15), "P3": (0.72, 1.35), "P4": (0.85, 1.1), "P5": (0.85, 1.1),
                    "P6": (0.85, 1.1), "P7": (0.8, 1.2), "P8": (0.85, 1.1)}  # fmt: skip

SIZES = ("dense 784x512", "dense 512x512", "conv3x3 28x28x1->32", "conv3x3 28x28x32->64", "conv3x3 32x32x16->16",
         "conv3x3 16x16x32->32", "conv3x3 8x8x64->64")  # fmt: skip

ROWS = {
    "T1": Row(training("T1"), "higher", {"": 1.4}),
    "T2": Row(training("T2"), "higher", {"": 2.0}),
    "T3": Row(training("T3"), "higher", {"": 1.7}),
    "T4": Row(training("T4"), "higher", {"": 1.5}),
    "T5": Row(training("T5"), "higher", {"": 1.3}),
    "T6": Row(training("T6"), "higher", {"": 2.0}),
    "T7": Row(training("T7"), "higher", {"": 1.6}),
    "T8": Row(training("T8"), "higher", {"": 1.4}),
    "L1": Row(LATENCY, "lower", {"": 0.3}),
    "L2": Row(LATENCY, "lower", {"": 0.7}),
    "L3": Row(STATEFUL, "lower", {"": 0.07}),
    "S1": Row(START, "lower", {"time": 0.25, "memory": 1.0}),
    "IO1": Row(FILES, "lower", {f"{action} {ending}": 0.5 for ending in (".keras", ".h5") for action in ("save", "load")}),
    "Y1": Row(SYMBOLIC, "higher", {"1e6": 1.0, "1e7": 1.0}),
    "Y2": Row(SYMBOLIC, "higher", {"sigmoid": 1.2, "tanh10": 1.5}),
    "Y3": Row(LOOPS, "higher", {"": 1.5}),
    "Y4": Row(LOOPS[:3], "higher", {"forward": 1.1, "gradient": 1.1}),
    "Y5": Row(FIRST_CALL, "lower", {"": 0.1}),
    "Y6": Row(LOOPS[:2], "higher", {"": 0.5}),
    **{
        row: Row(APPLICATIONS, "lower", {"batch 1": time, "batch 32": round(1 / throughput, 3)})
        for row, (time, throughput) in APPLICATION_BARS.items()
    },
    "N1": Row((), "lower", {size + kind: 1.15 for size in SIZES for kind in ("", " gradients")}),
}
