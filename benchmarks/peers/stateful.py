"""L3: one step of LSTM(16) on one input, the states kept from call to call; array in, array out."""

import os

import measure
import numpy as np

ARGUMENTS = measure.parse_arguments(["L3"], peer=["onnxruntime", "openvino", "pytorch", "keras-tensorflow"])
UNITS = 16


def weights():
    """kernel (4 units, 1), recurrent kernel (4 units, units), bias (8 units), gates in ONNX's order."""
    rng = np.random.default_rng(0)
    shapes = ((4 * UNITS, 1), (4 * UNITS, UNITS), (8 * UNITS,))
    return [rng.normal(0, 0.1, shape).astype("float32") for shape in shapes]


def onnx_bytes():
    from onnx import TensorProto, helper, numpy_helper

    names = ("W", "R", "B")
    constants = [numpy_helper.from_array(array[None], name) for name, array in zip(names, weights())]
    node = helper.make_node("LSTM", ["x", *names, "", "h", "c"], ["", "h_out", "c_out"], hidden_size=UNITS)
    state = (1, 1, UNITS)
    graph = helper.make_graph(
        [node],
        "step",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in (("x", (1, 1, 1)), ("h", state), ("c", state))],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, state) for name in ("h_out", "c_out")],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return model.SerializeToString()


def onnxruntime_step():
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = 1, 1
    session = onnxruntime.InferenceSession(onnx_bytes(), options, providers=["CPUExecutionProvider"])
    feed = {"x": np.ones((1, 1, 1), "float32"), "h": np.zeros((1, 1, UNITS), "float32"), "c": np.zeros((1, 1, UNITS), "float32")}

    def step():
        feed["h"], feed["c"] = session.run(None, feed)

    return step


def openvino_step():
    import openvino

    core = openvino.Core()
    config = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": "f32"}
    request = core.compile_model(core.read_model(onnx_bytes()), "CPU", config).create_infer_request()
    feed = [np.ones((1, 1, 1), "float32"), np.zeros((1, 1, UNITS), "float32"), np.zeros((1, 1, UNITS), "float32")]

    def step():
        feed[1:] = [array.copy() for array in request.infer(feed).values()]

    return step


def pytorch_step():
    import torch

    torch.set_num_threads(1)
    layer = torch.nn.LSTM(1, UNITS).eval()
    x, state = np.ones((1, 1, 1), "float32"), {"value": None}

    def step():
        with torch.inference_mode():
            outputs, state["value"] = layer(torch.from_numpy(x), state["value"])
            return outputs.numpy()

    return step


def keras_step():
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras

    layer = keras.layers.LSTM(UNITS, stateful=True)
    model = keras.Sequential([keras.Input((1, 1), batch_size=1), layer])
    x = np.ones((1, 1, 1), "float32")
    return lambda: model.predict(x, verbose=0)


def main():
    make = {"onnxruntime": onnxruntime_step, "openvino": openvino_step, "pytorch": pytorch_step, "keras-tensorflow": keras_step}
    repeats = measure.latencies(make[ARGUMENTS.peer](), ARGUMENTS.seconds, ARGUMENTS.repeats)
    measure.report("L3", ARGUMENTS.peer, repeats, "us", "1 thread")


main()
