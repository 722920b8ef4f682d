"""L1, L2 by PyTorch, eager or compiled: array in, array out."""

import measure
import torch
import workloads

ARGUMENTS = measure.parse_arguments(["L1", "L2"], mode=["eager", "compiled"])
torch.set_num_threads(measure.THREADS)


def make_call(row, inference_threads):
    torch.set_num_threads(inference_threads)
    modules = []
    for kernel, bias in workloads.latency_layers(row):
        linear = torch.nn.Linear(*kernel.shape)
        linear.weight.data, linear.bias.data = torch.from_numpy(kernel.T.copy()), torch.from_numpy(bias)
        modules += [linear, torch.nn.ReLU()]
    modules.pop()
    if row == "L2":
        modules.append(torch.nn.Softmax(-1))
    model = torch.nn.Sequential(*modules).eval()
    model = torch.compile(model) if ARGUMENTS.mode == "compiled" else model
    x = workloads.latency_input(row)

    def call():
        torch.set_num_threads(inference_threads)
        with torch.inference_mode():
            return model(torch.from_numpy(x)).numpy()

    return call


def main():
    settings = {f"{count} threads": lambda count=count: make_call(ARGUMENTS.row, count) for count in {1, measure.THREADS}}
    name, call = measure.best_setting(settings, ARGUMENTS.setting, lambda call: measure.latencies(call, 0.3, 1)[0])
    repeats = measure.latencies(call, ARGUMENTS.seconds, ARGUMENTS.repeats)
    measure.report(ARGUMENTS.row, "pytorch-compiled" if ARGUMENTS.mode == "compiled" else "pytorch", repeats, "us", name)


main()
