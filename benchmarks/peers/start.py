"""S1: a process that loads a saved network and predicts one row; its wall time and peak memory."""

import os
import pathlib
import sys
import tempfile
import time

import measure

ARGUMENTS = measure.parse_arguments(["S1"], peer=["onnxruntime", "openvino", "pytorch", "keras-tensorflow", "keras-jax"])
PROGRAMS = pathlib.Path(__file__).resolve().parent / "start_programs"
SCRIPTS = {"onnxruntime": "onnxruntime_mlp.py", "openvino": "openvino_mlp.py", "pytorch": "torch_mlp.py",
           "keras-tensorflow": "keras_mlp.py", "keras-jax": "keras_mlp.py"}  # fmt: skip


def run(action, folder):
    """(seconds, MiB) of one process."""
    environment = dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3", JAX_PLATFORMS="cpu")
    if ARGUMENTS.peer.startswith("keras-"):
        environment["KERAS_BACKEND"] = ARGUMENTS.peer.removeprefix("keras-")
    command = [sys.executable, str(PROGRAMS / SCRIPTS[ARGUMENTS.peer]), action, folder]
    quiet = os.open(os.devnull, os.O_WRONLY)
    start = time.perf_counter()
    child = os.posix_spawn(sys.executable, command, environment, file_actions=[(os.POSIX_SPAWN_DUP2, quiet, 1)])
    _, status, usage = os.wait4(child, 0)
    elapsed = time.perf_counter() - start
    os.close(quiet)
    if status:
        raise SystemExit(f"{command} failed with status {status}")
    return elapsed, usage.ru_maxrss / 1024


def main():
    with tempfile.TemporaryDirectory() as folder:
        run("save", folder)
        run("predict", folder)  # the files' pages are in memory from here on
        measured = [run("predict", folder) for _ in range(max(3, ARGUMENTS.repeats))]
    measure.report("S1", ARGUMENTS.peer, [seconds for seconds, _ in measured], "s", case="time")
    measure.report("S1", ARGUMENTS.peer, [memory for _, memory in measured], "MiB", case="memory")


main()
