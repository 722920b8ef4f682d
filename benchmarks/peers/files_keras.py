"""IO1: ResNet50 to and from files of both kinds, by Keras (whose .h5 files h5py reads and writes).

The files are in memory where the system has a folder there: Keras does not sync its files to the disk, ours are.
"""

import os
import pathlib
import tempfile
import time

import measure

ARGUMENTS = measure.parse_arguments(["IO1"], backend=["tensorflow", "jax"])
os.environ["KERAS_BACKEND"] = ARGUMENTS.backend

import keras


def seconds(action):
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def main():
    model = keras.applications.ResNet50(weights=None)
    memory = "/dev/shm"
    with tempfile.TemporaryDirectory(dir=memory if os.path.isdir(memory) else None) as folder:
        for ending in (".keras", ".h5"):
            path = pathlib.Path(folder) / f"model{ending}"
            save, load = lambda: model.save(path), lambda: keras.models.load_model(path)
            save(), load()  # the first time costs what later ones do not
            measured = [(seconds(save), seconds(load)) for _ in range(max(3, ARGUMENTS.repeats))]
            for case, values in zip(("save", "load"), zip(*measured)):
                measure.report("IO1", f"keras-{ARGUMENTS.backend}", list(values), "s", case=f"{case} {ending}")


main()
