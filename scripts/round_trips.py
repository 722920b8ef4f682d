#!/usr/bin/env python3
"""Sends every layer from Keras to kerascpp and back, in every kind of file.

    round_trips.py TESTS [--only NAME ...] [--keep FOLDER]

TESTS is the program build/.../bin/kerascpp_tests. For each case of scripts/fixtures/layer_cases_*.py:
  Keras 3 writes NAME.keras and NAME.h5, kerascpp reads them and computes; it writes .keras, .h5, .weights.h5 and shards,
  and Keras 3 opens each and computes the same;
  tf_keras (Keras 2) writes NAME.tf2.h5 where it has the layer, kerascpp reads it, computes, and writes what Keras 3 opens;
  it writes for Keras 2 as well, and tf_keras opens that and computes the same.
What Keras itself cannot reload is listed apart and not counted. The exit status is 1 when anything else differs.
"""

import argparse
import collections
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "1"  # without it TensorFlow has no channels_first convolutions on processors

from fixtures import common, layers, read_back  # common before keras: chooses the backend

import keras
import numpy as np
import tensorflow as tf
import tf_keras

ARGUMENTS = {"negative_slope": "alpha"}  # of Keras 3 and of Keras 2


def flatten(value):
    return list(value) if isinstance(value, (list, tuple)) else [value]


def case_model(case):
    rng = common.start_case(case.name)
    model = layers.build_model(case)
    common.randomize_weights(model, rng)
    return model, [layers.draw_input(case, shape, rng) for shape in case.shapes]


def keras2_model(case, inputs):
    """The case in Keras 2, or None where it has no such layer or arguments."""
    kind = getattr(tf_keras.layers, case.layer_class, None)
    if kind is None or case.call or case.adapt or case.layer_class in ("InputLayer", "Bidirectional", "TimeDistributed", "RNN"):
        return None
    config = {ARGUMENTS.get(key, key): value for key, value in case.config.items()}
    try:
        if not all(isinstance(value, (int, float, str, bool, list, tuple, type(None))) for value in config.values()):
            return None
        symbols = [tf_keras.Input(shape[1:], dtype=case.input_dtype) for shape in case.shapes]
        layer = kind(**config)
        outputs = layer(symbols if len(symbols) > 1 else symbols[0])
        model = tf_keras.Model(symbols, flatten(outputs))
        model(inputs if len(inputs) > 1 else inputs[0], training=False)  # some fail only here
        return model
    except Exception:  # noqa: BLE001  whatever Keras 2 cannot do is no case
        return None


def write_files(folder, only):
    """The files of Keras; gives their names, and what a model of each computes."""
    expected = {}
    for case in [case for cases in layers.FAMILIES.values() for case in cases]:
        if only and case.name not in only:
            continue
        model, inputs = case_model(case)
        stored = [layers.as_bytes(x) for x in inputs]
        inputs = [tf.constant(x) if x.dtype == object else x for x in inputs]
        outputs = flatten(model(inputs if len(inputs) > 1 else inputs[0], training=False))
        outputs = [common.as_array(keras.ops.cast(y, symbol.dtype)) for y, symbol in zip(outputs, model.outputs)]
        arrays = {f"x{i}": x for i, x in enumerate(stored)}
        model.save(folder / f"{case.name}.keras")
        expected[f"{case.name}.keras"] = (case, outputs)
        common.write_npz(folder / f"{case.name}.npz", arrays)
        try:
            model.save(folder / f"{case.name}.k3.h5")
            common.write_npz(folder / f"{case.name}.k3.npz", arrays)
            expected[f"{case.name}.k3.h5"] = (case, outputs)
        except Exception:  # noqa: BLE001  vocabularies have no place in .h5
            (folder / f"{case.name}.k3.h5").unlink(missing_ok=True)
        old = keras2_model(case, inputs)
        if old is not None:
            rng = np.random.default_rng(common.case_seed(case.name))
            for variable in old.weights:
                if variable.dtype.is_floating:
                    low = 0.5 if "variance" in variable.name or "gamma" in variable.name else -1
                    variable.assign(rng.uniform(low, 1.5, variable.shape))
            outputs = [np.asarray(tf.cast(y, "float32") if y.dtype == tf.bfloat16 else y)
                       for y in flatten(old(inputs if len(inputs) > 1 else inputs[0], training=False))]  # fmt: skip
            old.save(folder / f"{case.name}.tf2.h5")
            common.write_npz(folder / f"{case.name}.tf2.npz", arrays)
            expected[f"{case.name}.tf2.h5"] = (case, outputs)
    return expected


def opened(path, source, inputs, weights_of=None):
    """Outputs of Keras 3 for a file of ours."""
    if weights_of is not None:
        model = keras.saving.load_model(weights_of, compile=False)
        model.load_weights(path)
    else:
        model = keras.saving.load_model(path, compile=False)
    inputs = [read_back.as_strings(x) if i.dtype == "string" else x for x, i in zip(inputs, model.inputs)]
    received = flatten(model(inputs if len(inputs) > 1 else inputs[0], training=False))
    return [keras.ops.cast(y, symbol.dtype) for y, symbol in zip(received, model.outputs)]


def opened_by_keras2(path, inputs):
    model = tf_keras.models.load_model(path, compile=False)
    received = flatten(model([tf.constant(x) for x in inputs] if len(inputs) > 1 else tf.constant(inputs[0]), training=False))
    return [tf.cast(y, "float32") if y.dtype == tf.bfloat16 else y for y in received]


def keras_reloads(path):
    try:
        keras.saving.load_model(path, compile=False)
        return True
    except Exception:  # noqa: BLE001
        return False


def check(folder, expected):
    """Counts and problems."""
    counts, problems, not_keras = collections.Counter(), [], []
    failed = dict(line.split("\t", 1) for line in (folder / "ours" / "problems.txt").read_text().splitlines())
    for name, (case, outputs) in expected.items():
        kind = "tf_keras .h5" if name.endswith(".tf2.h5") else "Keras .h5" if name.endswith(".h5") else "Keras .keras"
        if name in failed:
            problems.append(f"{name}: kerascpp: {failed[name]}")
            continue
        random = case.training == "random" and case.layer_class.startswith("Random")
        ours = folder / "ours" / name
        received = read_back.numbered(np.load(f"{ours}.npz"), "y")
        difference = "" if random else read_back.difference_of(received, outputs)
        counts[f"{kind} read by kerascpp"] += 1
        if difference:
            problems.append(f"{name}: kerascpp computes something else: {difference}")
        inputs = read_back.numbered(np.load(folder / f"{pathlib.Path(name).stem}.npz"), "x")
        for ending in (".keras", ".h5", ".weights.h5", ".weights.json"):
            path = pathlib.Path(f"{ours}{ending}")
            weights_of = f"{ours}.keras" if ".weights" in ending else None
            try:
                difference = read_back.difference_of(opened(path, name, inputs, weights_of), outputs)
                counts[f"{ending} of kerascpp read by Keras 3"] += 1
                if difference and not random:
                    problems.append(f"{name}{ending}: Keras computes something else: {difference}")
            except Exception as error:  # noqa: BLE001
                first = str(error).strip().splitlines()[0] if str(error).strip() else ""
                own = folder / name if name.endswith(ending) else folder / f"{case.name}{'.k3.h5' if ending == '.h5' else '.keras'}"
                line = f"{name}{ending}: {type(error).__name__}: {first}"
                (problems if keras_reloads(own) and own.exists() else not_keras).append(line)
        # what comes from Keras 2 goes back there
        path = pathlib.Path(f"{ours}.keras2.h5")
        if not name.endswith(".tf2.h5"):
            continue
        if not path.exists():
            problems.append(f"{name}: not written for Keras 2: {pathlib.Path(f'{ours}.keras2.txt').read_text()}")
            continue
        try:
            difference = read_back.difference_of(opened_by_keras2(path, inputs), outputs)
            counts["Keras 2 .h5 of kerascpp read by tf_keras"] += 1
            if difference and not random:
                problems.append(f"{name}: tf_keras computes something else: {difference}")
        except Exception as error:  # noqa: BLE001
            problems.append(f"{path.name}: tf_keras: {type(error).__name__}: {str(error).strip()[:300]}")
    return counts, problems, not_keras


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tests", type=pathlib.Path, help="the program kerascpp_tests")
    parser.add_argument("--only", nargs="+", help="names of cases")
    parser.add_argument("--keep", type=pathlib.Path, help="folder for the files, which then stay")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or pathlib.Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        expected = write_files(folder, arguments.only)
        environment = dict(os.environ, KERASCPP_ROUND_TRIPS=str(folder))
        command = [str(arguments.tests.resolve()), "child: converts the files of Keras in a folder"]
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        counts, problems, not_keras = check(folder, expected)
    for line in not_keras:
        print("Keras itself does not reload it:", line)
    for line in problems:
        print("PROBLEM", line)
    for what, count in sorted(counts.items()):
        print(f"{count:5d} {what}")
    print(f"{len(problems)} problems")
    return 1 if problems or not counts else 0


if __name__ == "__main__":
    sys.exit(main())
