"""L1, L2 by OpenVINO: one inference request, its memory shared with the array."""

import measure
import openvino
import workloads

ARGUMENTS = measure.parse_arguments(["L1", "L2"])


def make_call(row, threads):
    core = openvino.Core()
    content = workloads.onnx_bytes(workloads.latency_layers(row), softmax=row == "L2")
    x = workloads.latency_input(row)
    model = core.read_model(content)
    model.reshape({"x": list(x.shape)})
    config = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": threads, "INFERENCE_PRECISION_HINT": "f32"}
    request = core.compile_model(model, "CPU", config).create_infer_request()
    return lambda: request.infer({0: x}, share_inputs=True, share_outputs=True)[0]


def main():
    settings = {f"{count} threads": lambda count=count: make_call(ARGUMENTS.row, count) for count in {1, measure.THREADS}}
    name, call = measure.best_setting(settings, ARGUMENTS.setting, lambda call: measure.latencies(call, 0.3, 1)[0])
    repeats = measure.latencies(call, ARGUMENTS.seconds, ARGUMENTS.repeats)
    measure.report(ARGUMENTS.row, "openvino", repeats, "us", name)


main()
