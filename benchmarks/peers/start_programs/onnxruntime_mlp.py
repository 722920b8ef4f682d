"""save FOLDER: writes the network of T1. predict FOLDER: loads it and predicts one row."""

import sys

action, path = sys.argv[1], sys.argv[2] + "/mlp.onnx"
if action == "save":
    import pathlib

    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
    import workloads

    pathlib.Path(path).write_bytes(workloads.onnx_bytes(workloads.latency_layers("L2"), softmax=True))
else:
    import numpy as np
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    print(session.run(None, {"x": np.ones((1, 784), "float32")})[0])
