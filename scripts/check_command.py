#!/usr/bin/env python3
"""Sends models of Keras 3 and Keras 2 through the kerascpp command, and compares with what Keras itself says of them.

    check_command.py COMMAND [--generation keras3] [--only NAME ...] [--random FIRST COUNT] [--keep FOLDER]

COMMAND is the program build/.../bin/kerascpp. Each model of scripts/fixtures/command_models.py and wide_models.py is trained for two steps and
saved in every format that Keras has. The command then does with each file what it can:
  summary     the text is Keras's own (Keras 3; the table of Keras 2 is another one)
  predict, evaluate, fit
              outputs, values and histories are those of the model that Keras loads from the file
  convert     to every format; Keras opens what can be opened, computes and evaluates the same, ONNX Runtime computes the same
  verify, plot, bench
              end well
The exit status is 1 when anything differs.
"""

import argparse
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from fixtures import command_models, common, random_models, wide_models  # common before keras: chooses the backend

import keras
import numpy as np
import tensorflow as tf
import tf_keras

try:
    import onnxruntime
except ImportError:
    onnxruntime = None

tf.config.run_functions_eagerly(True)  # a few batches of small models: tracing takes longer
tf.get_logger().setLevel("ERROR")

GENERATIONS = {"keras3": keras, "keras2": tf_keras}
FIT = {"epochs": 2, "batch_size": 4, "shuffle": False, "validation_split": 0.3}


def flatten(value):
    if isinstance(value, dict):
        return [value[key] for key in sorted(value)]
    return list(value) if isinstance(value, (list, tuple)) else [value]


def as_float(array):
    return np.asarray(array, "float64") if np.asarray(array).dtype.kind not in "SUO" else np.asarray(array)


def difference(received, expected, tolerance):
    received, expected = as_float(received), as_float(expected)
    if received.shape != expected.shape:
        return f"shape {received.shape}, expected {expected.shape}"
    scale = max(float(np.abs(expected[np.isfinite(expected)]).max(initial=0)), 1e-3)
    if not np.allclose(received, expected, rtol=0, atol=tolerance * scale, equal_nan=True):
        return f"differs by {np.nanmax(np.abs(received - expected)):.3g} where the largest is {scale:.3g}"
    return ""


def summary_of(model, **arguments):
    lines = []
    model.summary(print_fn=lambda text, line_break=None: lines.append(text), **arguments)
    return "\n".join(lines) + "\n"


def for_keras(x):
    """Texts as TensorFlow takes them."""
    if isinstance(x, dict):
        return {key: for_keras(value) for key, value in x.items()}
    if isinstance(x, list):
        return for_keras(x[0]) if len(x) == 1 else [for_keras(value) for value in x]
    return tf.constant(x) if x.dtype.kind == "U" else x


def dense_lookup(layer, indices):
    """The values of Embedding by a product: TensorFlow's gradient of a lookup is sparse, which optimizers treat otherwise."""
    indices = keras.ops.cast(indices, "int32")
    return keras.ops.matmul(keras.ops.one_hot(indices, layer.input_dim), keras.ops.cast(layer.embeddings, layer.compute_dtype))


keras.layers.Embedding.call = dense_lookup


def k3_model(model):
    return isinstance(model, keras.Model)


class Checker:
    def __init__(self, command, folder):
        self.command, self.folder = command, folder
        self.problems, self.counts, self.unreadable = [], collections.Counter(), []

    def run(self, *arguments):
        done = subprocess.run([self.command, *map(str, arguments)], capture_output=True, text=True, timeout=1200,
                              env=dict(os.environ, COLUMNS="80"))  # fmt: skip
        return done

    def good(self, where, *arguments):
        """Runs the command; None, and a problem, where it fails."""
        done = self.run(*arguments)
        self.counts["commands"] += 1
        if done.returncode == 0:
            return done
        self.problem(f"{where}: {arguments[0]}: exit {done.returncode}: {done.stderr.strip()[:600]}")
        return None

    def problem(self, text):
        print("PROBLEM", text, flush=True)
        self.problems.append(text)

    def arrays(self, name, values, names):
        """A .npy file for one array, a .npz file for several."""
        if values is None:
            return None
        if isinstance(values, dict) or isinstance(values, list) and len(values) > 1:
            named = values if isinstance(values, dict) else dict(zip(names, values))
            if len(named) != len(values):
                named = {n if i == 0 or names[i] != names[i - 1] else f"{n}_{i}": v for i, (n, v) in enumerate(zip(names, values))}
            path = self.folder / f"{name}.npz"
            np.savez(path, **named)
        else:
            path = self.folder / f"{name}.npy"
            np.save(path, values[0] if isinstance(values, list) else values)
        return path

    def case(self, generation, k, build):
        name = f"{generation}.{build.__name__}"
        if generation == "keras3":
            rng = common.start_case(build.__name__)
        else:
            rng = np.random.default_rng(common.case_seed(build.__name__))
            k.backend.clear_session()
            k.utils.set_random_seed(common.case_seed(build.__name__) % 2**31)
        try:
            case = build(k, rng)
        except Exception as error:  # noqa: BLE001  what this Keras has not is no case
            print(f"{name}: not built: {type(error).__name__}: {str(error).splitlines()[0][:150]}")
            return
        model, x, y = case.model, for_keras(case.x), case.y
        y = y[0] if isinstance(y, list) and len(y) == 1 else y
        for _ in range(case.steps):
            model.train_on_batch(x, y)
        files = []
        for ending in [".keras", ".h5"]:
            path = self.folder / (name + ending)
            try:
                model.save(path)
                files.append(path)
            except Exception as error:  # noqa: BLE001
                print(f"{path.name}: not written: {type(error).__name__}: {str(error).splitlines()[0][:150]}")
                path.unlink(missing_ok=True)
        names = list(getattr(model, "input_names", None) or [t.name for t in model.inputs])
        outputs = list(getattr(model, "output_names", None) or [])
        inputs = self.arrays(f"{name}.x", case.x, names)
        targets = self.arrays(f"{name}.y", y, outputs)
        weights = case.fit.get("sample_weight")
        weights = self.arrays(f"{name}.w", weights, outputs) if weights is not None else None
        batch = case.fit.get("batch_size", 4)
        expected = flatten(model.predict(x, batch_size=batch, verbose=0))
        fresh_models = {}
        for path in files:
            try:
                fresh_models[path] = k.models.load_model(path)
            except Exception as error:  # noqa: BLE001
                self.unreadable.append(f"{path.name}: {type(error).__name__}: {str(error).strip().splitlines()[0][:150]}")
        for path in files:
            self.counts[f"{generation} {path.suffix}"] += 1
            fresh = fresh_models.get(path)
            if not self.texts(generation, path, fresh):
                continue
            self.predict(path, case, inputs, expected, outputs, batch)
            if targets is not None:
                self.evaluate(path, case, fresh if fresh is not None else model, x, y, inputs, targets, weights, batch)
                if case.trains:
                    self.fit(path, case, k, x, y, inputs, targets, weights)
            self.convert(generation, path, case, x, y, expected, outputs, k)
            if k is tf_keras:
                self.convert_for_keras2(path, case, x, expected)
        path = self.folder / f"{name}.weights.h5"
        model.save_weights(path)
        text = self.folder / f"{name}.json"
        text.write_text(model.to_json())
        self.convert_parts(path, text, case, inputs, expected, outputs, batch)

    def texts(self, generation, path, fresh):
        done = self.good(path.name, "summary", path)
        if generation == "keras3" and fresh is not None and done:
            for options, arguments in [
                ((), {}),
                (("--line-length", 60), {"line_length": 60}),
                (("--expand-nested", "--show-trainable"), {"expand_nested": True, "show_trainable": True}),
            ]:
                done = self.good(path.name, "summary", path, *options)
                wanted = summary_of(fresh, **arguments)
                if path.suffix == ".h5" and done:  # Keras counts what the optimizer has before it is built
                    wanted, done.stdout = (text.split(" Total params")[0] for text in (wanted, done.stdout))
                if done and done.stdout != wanted:
                    self.problem(f"{path.name}: summary {options} is\n{done.stdout}Keras's is\n{wanted}")
        if not done:
            return False
        self.good(path.name, "verify", path)
        self.good(path.name, "plot", path, self.folder / "plot.svg", "--show-shapes", "--show-layer-names", "--expand-nested")
        return True

    def outputs_of(self, path, names):
        if path.suffix == ".npy":
            return [np.load(path)]
        arrays = np.load(path)
        if names and len(set(names)) == len(names) and not set(names) <= set(arrays.files):
            self.problem(f"{path.name}: outputs are named {arrays.files}, expected {names}")
        return [arrays[key] for key in arrays.files]

    def predict(self, path, case, inputs, expected, names, batch):
        out = self.folder / ("out.npy" if len(expected) == 1 else "out.npz")
        if not self.good(path.name, "predict", path, "--input", inputs, "--output", out, "--batch-size", batch):
            return
        received = self.outputs_of(out, names)
        if len(received) != len(expected):
            return self.problem(f"{path.name}: predict gives {len(received)} outputs, expected {len(expected)}")
        for i, (a, b) in enumerate(zip(received, expected)):
            b = np.asarray(b)
            b = b.astype("float32") if b.dtype.name == "bfloat16" else b
            if a.dtype != b.dtype:
                self.problem(f"{path.name}: output {i} has dtype {a.dtype}, expected {b.dtype}")
            if text := difference(a, b, case.tolerance):
                self.problem(f"{path.name}: predict: output {i} {text}")

    def evaluate(self, path, case, model, x, y, inputs, targets, weights, batch):
        arguments = {"sample_weight": case.fit["sample_weight"]} if weights else {}
        wanted = model.evaluate(x, y, batch_size=batch, verbose=0, return_dict=True, **arguments)
        done = self.good(path.name, "evaluate", path, "--x", inputs, "--y", targets, "--batch-size", batch,
                         *(["--sample-weight", weights] if weights else []))  # fmt: skip
        if not done:
            return
        received = dict(line.rsplit(": ", 1) for line in done.stdout.splitlines())
        renamed = path.suffix == ".h5" and k3_model(model)  # Keras 3 forgets the short names of metrics in .h5
        if (set(received) != set(wanted) and not renamed) or next(iter(received)) != "loss":
            self.problem(f"{path.name}: evaluate prints {list(received)}, Keras {list(wanted)}")
        for key, value in wanted.items():
            # TensorFlow's backend takes the mean of an output's loss over batches
            loose = key.endswith("_loss")
            if key in received and (text := difference(float(received[key]), float(np.mean(value)), 0.3 if loose else max(case.tolerance, 1e-4))):
                self.problem(f"{path.name}: evaluate: {key} is {received[key]}, Keras {value}: {text}")

    def loaded(self, k, path):
        """The model of a file as Keras trains it: Keras 3 reloads no optimizer from .h5."""
        for candidate in [path.with_suffix(".keras"), path]:
            try:
                return k.models.load_model(candidate)
            except Exception:  # noqa: BLE001
                continue
        return None

    def fit(self, path, case, k, x, y, inputs, targets, weights):
        model = self.loaded(k, path)
        if model is None:
            return
        text_inputs = any(getattr(a, "dtype", None) == tf.string for a in flatten(x))
        arguments = {**FIT, **case.fit}
        if text_inputs:
            del arguments["validation_split"]
        history = model.fit(x, y, verbose=0, **arguments).history
        out = self.folder / "history.json"
        options = ["--epochs", arguments["epochs"], "--batch-size", arguments["batch_size"], "--no-shuffle", "--history", out,
                   "--save", self.folder / "fitted.keras"]  # fmt: skip
        if "validation_split" in arguments:
            options += ["--validation-split", arguments["validation_split"]]
        if weights:
            options += ["--sample-weight", weights]
        if "class_weight" in arguments:
            (self.folder / "classes.json").write_text(json.dumps({str(c): w for c, w in arguments["class_weight"].items()}))
            options += ["--class-weight", self.folder / "classes.json"]
        if not self.good(path.name, "fit", path, "--x", inputs, "--y", targets, *options):
            return
        received = json.loads(out.read_text())
        if set(received) != set(history):
            self.problem(f"{path.name}: fit's history has {list(received)}, Keras's {list(history)}")
        for key, values in history.items():
            loose = key.endswith("_loss") and key != "val_loss"
            if key in received and (text := difference(received[key], values, 0.3 if loose else max(case.tolerance, 3e-4))):
                self.problem(f"{path.name}: fit: {key} is {received[key]}, Keras {values}: {text}")
        # what was trained opens in Keras, optimizer and all, and goes on there
        try:
            again = keras.models.load_model(self.folder / "fitted.keras")
        except Exception as error:  # noqa: BLE001
            if k is keras:
                self.problem(f"{path.name}: Keras does not open the trained model: {type(error).__name__}: {str(error).strip()[:300]}")
            return
        if k is not keras:
            return
        for i, (a, b) in enumerate(zip(again.weights, model.weights)):
            if text := difference(a.value, b.value, max(case.tolerance * 10, 2e-3)):
                self.problem(f"{path.name}: weight {a.path} after fit {text}")
        for a, b in zip(again.optimizer.variables, model.optimizer.variables):
            if "seed" not in a.path and (text := difference(a.value, b.value, max(case.tolerance * 10, 2e-3))):
                self.problem(f"{path.name}: optimizer's {a.path} after fit {text}")

    def convert_for_keras2(self, path, case, x, expected):
        """What came from Keras 2 goes back there."""
        out = self.folder / f"{path.name}.to.keras2.h5"
        if not self.good(path.name, "convert", path, out, "--keras2"):
            return
        try:
            received = flatten(tf_keras.models.load_model(out, compile=False).predict(x, batch_size=case.fit.get("batch_size", 4), verbose=0))
        except Exception as error:  # noqa: BLE001
            return self.problem(f"{out.name}: tf_keras: {type(error).__name__}: {str(error).strip()[:300]}")
        self.counts["opened again by tf_keras"] += 1
        for i, (a, b) in enumerate(zip(received, expected)):
            if text := difference(a, b, case.tolerance):
                self.problem(f"{out.name}: tf_keras's predict: output {i} {text}")

    def convert(self, generation, path, case, x, y, expected, names, k):
        for ending in (".keras", ".h5", ".weights.h5", ".json", ".yaml", ".onnx"):
            out = self.folder / f"{path.name}.to{ending}"
            out.unlink(missing_ok=True)
            done = self.run("convert", path, out)
            if done.returncode != 0:
                line = f"{path.name}: convert to {ending}: {done.stderr.strip()[:400]}"
                if ending == ".onnx" and ("string" in line or "random" in line.lower() or "lookup" in line.lower()):
                    self.counts["refused as ONNX"] += 1
                    continue
                self.problem(line)
                continue
            self.counts[f"converted to {ending}"] += 1
            try:
                if ending in (".keras", ".h5"):
                    model = keras.models.load_model(out)
                elif ending == ".weights.h5" and generation == "keras3":
                    model = keras.models.load_model(path, compile=False)
                    model.load_weights(out)
                elif ending == ".json":
                    keras.models.model_from_json(out.read_text())
                    continue
                elif ending == ".onnx" and onnxruntime:
                    self.onnx(path, out, case, expected)
                    continue
                else:
                    continue
            except Exception as error:  # noqa: BLE001
                own = path if path.suffix == ending else path.with_suffix(ending if ending in (".keras", ".h5") else path.suffix)
                text = f"{out.name}: Keras: {type(error).__name__}: {str(error).strip()[:300]}"
                if any(line.startswith(own.name) for line in self.unreadable) or generation == "keras2":
                    self.unreadable.append(text)
                else:
                    self.problem(text)
                continue
            received = flatten(model.predict(x, batch_size=case.fit.get("batch_size", 4), verbose=0))
            for i, (a, b) in enumerate(zip(received, expected)):
                if text := difference(a, b, case.tolerance):
                    self.problem(f"{out.name}: Keras's predict: output {i} {text}")
            if y is not None and ending != ".weights.h5" and k is keras:
                try:
                    first = keras.models.load_model(path).evaluate(x, y, batch_size=4, verbose=0, return_dict=True)
                except Exception:  # noqa: BLE001
                    continue
                again = model.evaluate(x, y, batch_size=4, verbose=0, return_dict=True)
                if list(first) != list(again) and ".h5" not in out.name:
                    self.problem(f"{out.name}: Keras evaluates {list(again)}, before {list(first)}")
                for key in first:
                    if key in again and (text := difference(again[key], first[key], case.tolerance)):
                        self.problem(f"{out.name}: Keras's evaluate: {key} {text}")
            if out.suffix == ".h5" or ending == ".weights.h5":
                continue
            if y is not None and k is keras and case.trains and path.suffix == ".keras":
                self.same_optimizer(out, model, path)

    def same_optimizer(self, out, model, path):
        try:
            before = keras.models.load_model(path).optimizer.variables
        except Exception:  # noqa: BLE001
            return
        after = model.optimizer.variables
        names = [[re.sub(r"^variable_\d+$", "variable", v.path) for v in variables] for variables in (before, after)]
        if names[0] != names[1]:
            return self.problem(f"{out.name}: optimizer has {[v.path for v in after]}, before {[v.path for v in before]}")
        for a, b in zip(after, before):
            if text := difference(a.value, b.value, 1e-6):
                self.problem(f"{out.name}: optimizer's {a.path} {text}")

    def onnx(self, path, out, case, expected):
        session = onnxruntime.InferenceSession(str(out))
        values = list(case.x.values()) if isinstance(case.x, dict) else case.x
        feeds = {}
        if isinstance(case.x, dict):
            feeds = {i.name: case.x[i.name] for i in session.get_inputs()}
        else:
            feeds = {i.name: v for i, v in zip(session.get_inputs(), values)}
        kinds = {"tensor(float)": "float32", "tensor(int32)": "int32", "tensor(int64)": "int64", "tensor(double)": "float64",
                 "tensor(uint8)": "uint8", "tensor(bool)": "bool", "tensor(float16)": "float16"}  # fmt: skip
        feeds = {i.name: np.asarray(feeds[i.name]).astype(kinds[i.type]) for i in session.get_inputs()}
        if case.fit.get("batch_size") == 1:
            return  # state from call to call
        for i, (a, b) in enumerate(zip(session.run(None, feeds), expected)):
            if text := difference(a, b, case.tolerance):
                self.problem(f"{out.name}: ONNX Runtime: output {i} {text}")

    def convert_parts(self, weights, text, case, inputs, expected, names, batch):
        for ending in (".keras", ".h5"):
            out = self.folder / f"{weights.name}.to{ending}"
            if not self.good(weights.name, "convert", weights, out, "--model", text):
                continue
            y = self.folder / ("out.npy" if len(expected) == 1 else "out.npz")
            if self.good(out.name, "predict", out, "--input", inputs, "--output", y, "--batch-size", batch):
                for i, (a, b) in enumerate(zip(self.outputs_of(y, names), expected)):
                    if text_ := difference(a, b, case.tolerance):
                        self.problem(f"{out.name}: predict: output {i} {text_}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", type=pathlib.Path, help="the program kerascpp")
    parser.add_argument("--generation", choices=sorted(GENERATIONS), help="of one Keras alone")
    parser.add_argument("--only", nargs="+", help="names of models")
    parser.add_argument("--random", nargs=2, type=int, metavar=("FIRST", "COUNT"), help="models drawn by these numbers instead")
    parser.add_argument("--keep", type=pathlib.Path, help="folder for the files, which then stay")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or pathlib.Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        checker = Checker(str(arguments.command.resolve()), folder)
        both = [*command_models.BOTH, *wide_models.BOTH]
        keras3, keras2 = command_models.KERAS3 + wide_models.KERAS3, command_models.KERAS2
        if arguments.random:
            both, keras3, keras2 = [], random_models.random_models(*arguments.random), []
        for generation, own in (("keras3", keras3), ("keras2", keras2)):
            if arguments.generation not in (None, generation):
                continue
            for build in [*both, *own]:
                if arguments.only and build.__name__ not in arguments.only and f"{generation}.{build.__name__}" not in arguments.only:
                    continue
                try:
                    checker.case(generation, GENERATIONS[generation], build)
                except Exception:  # noqa: BLE001
                    checker.problem(f"{generation}.{build.__name__}: the check itself fails: {traceback.format_exc()}")
    for line in checker.unreadable:
        print("Keras itself does not open it:", line)
    for what, count in sorted(checker.counts.items()):
        print(f"{count:5d} {what}")
    print(f"{len(checker.problems)} problems")
    return 1 if checker.problems or not checker.counts else 0


if __name__ == "__main__":
    sys.exit(main())
