"""Data and sizes of the workloads, the same for every peer."""

import os

import numpy as np

CLASSES = 10
MLP = [784, 512, 512, 10]
WORDS = 20000
SHAPES = {"T1": (784,), "T2": (28, 28, 1), "T3": (32, 32, 3)}  # of images; the other rows have sequences of words
LENGTHS = {"T4": 80, "T5": 200, "T6": 80, "T7": 200, "T8": 128}
BATCH = {"T1": 128, "T2": 128, "T3": 128, "T4": 32, "T5": 128, "T6": 32, "T7": 32, "T8": 16}
BATCHES = {"T1": 256, "T2": 16, "T3": 8, "T4": 40, "T5": 8, "T6": 40, "T7": 30, "T8": 3}  # of one epoch
RECURRENT = ("T4", "T5", "T6")  # one output of a class or the other
# width, heads, size of a head, width of the dense layer, number of blocks
TRANSFORMER = {"T7": (32, 2, 32, 32, 1), "T8": (256, 4, 64, 1024, 4)}
if os.environ.get("KERASCPP_BENCH_QUICK"):  # only to see that everything works
    BATCHES = dict.fromkeys(BATCHES, 2)


def training_data(row):
    """Images with channels last or sequences of words, and their classes."""
    rng = np.random.default_rng(0)
    count = BATCH[row] * BATCHES[row]
    if row in LENGTHS:
        x, y = rng.integers(0, WORDS, (count, LENGTHS[row]), dtype="int32"), rng.integers(0, 2, count)
        return x, y.astype("float32")[:, None] if row in RECURRENT else y
    x = rng.random((count, *SHAPES[row]), dtype="float32")
    return x, rng.integers(0, CLASSES, count)


def latency_layers(row):
    """[(kernel (in, out), bias)] of L1 and L2."""
    rng = np.random.default_rng(0)
    sizes = {"L1": [10, 1], "L2": MLP}[row]
    return [
        (rng.normal(0, 0.05, (m, n)).astype("float32"), rng.normal(0, 0.05, n).astype("float32"))
        for m, n in zip(sizes, sizes[1:])
    ]


def latency_input(row):
    return np.random.default_rng(1).random((1, {"L1": 10, "L2": MLP[0]}[row]), dtype="float32")


def onnx_bytes(layers, softmax):
    """The network of dense layers as an ONNX model: Gemm and Relu, then Softmax if asked."""
    from onnx import TensorProto, helper, numpy_helper

    nodes, constants, name = [], [], "x"
    for index, (kernel, bias) in enumerate(layers):
        constants += [numpy_helper.from_array(kernel, f"w{index}"), numpy_helper.from_array(bias, f"b{index}")]
        nodes.append(helper.make_node("Gemm", [name, f"w{index}", f"b{index}"], [f"z{index}"]))
        name = f"z{index}"
        if index + 1 < len(layers):
            nodes.append(helper.make_node("Relu", [name], [f"a{index}"]))
            name = f"a{index}"
    if softmax:
        nodes.append(helper.make_node("Softmax", [name], ["p"], axis=-1))
        name = "p"
    graph = helper.make_graph(
        nodes,
        "dense",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", layers[0][0].shape[0]])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", layers[-1][0].shape[1]])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return model.SerializeToString()
