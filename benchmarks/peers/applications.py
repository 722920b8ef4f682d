"""P1 to P8 by ONNX Runtime, OpenVINO and Keras: one image, and 32 images at once; milliseconds for each image.

ONNX Runtime and OpenVINO read the file that ours writes, with batch normalizations still apart from the convolutions.
"""

import os
import pathlib
import subprocess

import measure
import numpy as np

ROWS = {"P1": ("VGG16", 224), "P2": ("InceptionV3", 299), "P3": ("ResNet50", 224), "P4": ("MobileNetV2", 224),
        "P5": ("EfficientNetB0", 224), "P6": ("Xception", 299), "P7": ("DenseNet121", 224), "P8": ("NASNetMobile", 224)}  # fmt: skip
ARGUMENTS = measure.parse_arguments(list(ROWS), peer=["onnxruntime", "openvino", "keras-tensorflow"])
NAME, SIZE = ROWS[ARGUMENTS.row]


def onnx_file():
    path = pathlib.Path(os.environ["KERASCPP_BENCH_CACHE"]) / f"{NAME}.onnx"
    program = pathlib.Path(os.environ["KERASCPP_BENCH_BUILD"]) / "bin" / "bench_p"
    if not path.exists() or path.stat().st_mtime < program.stat().st_mtime:  # another program may write another file
        subprocess.run([program, "--row", ARGUMENTS.row], env={**os.environ, "KERASCPP_BENCH_EXPORT": str(path)}, check=True)
    return path


def by_onnxruntime(x, threads):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    session = onnxruntime.InferenceSession(str(onnx_file()), options, providers=["CPUExecutionProvider"])
    feed = {session.get_inputs()[0].name: x}
    return lambda: session.run(None, feed)


def by_openvino(x, threads):
    import openvino

    core = openvino.Core()
    model = core.read_model(onnx_file())
    model.reshape(list(x.shape))
    hint = "LATENCY" if len(x) == 1 else "THROUGHPUT"
    config = {"PERFORMANCE_HINT": hint, "INFERENCE_NUM_THREADS": threads, "INFERENCE_PRECISION_HINT": "f32", "NUM_STREAMS": 1}
    request = core.compile_model(model, "CPU", config).create_infer_request()
    return lambda: request.infer({0: x}, share_inputs=True, share_outputs=True)[0]


def by_keras(x, _):
    os.environ["KERAS_BACKEND"] = "tensorflow"
    import keras
    import tensorflow as tf

    model = getattr(keras.applications, NAME)(weights=None)
    function = tf.function(lambda x: model(x, training=False), jit_compile=False)
    return lambda: function(tf.constant(x)).numpy()


def main():
    make = {"onnxruntime": by_onnxruntime, "openvino": by_openvino, "keras-tensorflow": by_keras}[ARGUMENTS.peer]
    for batch in (1, 32):
        x = np.random.default_rng(1).random((batch, SIZE, SIZE, 3), dtype="float32")
        rates = measure.rates(make(x, measure.THREADS), ARGUMENTS.seconds, ARGUMENTS.repeats)
        measure.report(ARGUMENTS.row, ARGUMENTS.peer, [1e3 / (rate * batch) for rate in rates], "ms/image",
                       f"{measure.THREADS} threads", case=f"batch {batch}")  # fmt: skip


main()
