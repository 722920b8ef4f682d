"""L1, L2 by ONNX Runtime: session.run on one row."""

import measure
import onnxruntime
import workloads

ARGUMENTS = measure.parse_arguments(["L1", "L2"])


def make_call(row, threads):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    content = workloads.onnx_bytes(workloads.latency_layers(row), softmax=row == "L2")
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    feed = {"x": workloads.latency_input(row)}
    return lambda: session.run(None, feed)


def main():
    settings = {f"{count} threads": lambda count=count: make_call(ARGUMENTS.row, count) for count in {1, measure.THREADS}}
    name, call = measure.best_setting(settings, ARGUMENTS.setting, lambda call: measure.latencies(call, 0.3, 1)[0])
    repeats = measure.latencies(call, ARGUMENTS.seconds, ARGUMENTS.repeats)
    measure.report(ARGUMENTS.row, "onnxruntime", repeats, "us", name)


main()
