"""Training rows by Keras on TensorFlow or JAX: `fit`, timed epoch by epoch."""

import os
import time

import measure

ARGUMENTS = measure.parse_arguments(list(measure.TRAINING_ROWS), backend=["tensorflow", "jax"])
os.environ["KERAS_BACKEND"] = ARGUMENTS.backend
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import keras
from keras import layers

import workloads

if ARGUMENTS.backend == "tensorflow":
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(measure.THREADS)
    tf.config.threading.set_inter_op_parallelism_threads(measure.THREADS)


def mlp():
    hidden = []
    for units in workloads.MLP[1:-1]:
        hidden += [layers.Dense(units, activation="relu"), layers.Dropout(0.2)]
    return keras.Sequential([keras.Input((784,)), *hidden, layers.Dense(10, activation="softmax")])


def cnn():
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(32, 3, activation="relu"),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Dropout(0.25),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ])  # fmt: skip


def resnet20():
    def convolve(x, filters, strides=1, relu=True):
        x = layers.BatchNormalization()(layers.Conv2D(filters, 3, strides=strides, padding="same")(x))
        return layers.ReLU()(x) if relu else x

    image = keras.Input((32, 32, 3))
    x = convolve(image, 16)
    for stage, filters in enumerate((16, 32, 64)):
        for block in range(3):
            strides = 2 if stage > 0 and block == 0 else 1
            y = convolve(convolve(x, filters, strides), filters, relu=False)
            if strides == 2:
                x = layers.Conv2D(filters, 1, strides=2, padding="same")(x)
            x = layers.ReLU()(layers.Add()([x, y]))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


def recurrent(layer):
    return lambda: keras.Sequential([
        keras.Input((workloads.LENGTHS[ARGUMENTS.row],), dtype="int32"),
        layers.Embedding(workloads.WORDS, 128),
        layer(128),
        layers.Dense(1, activation="sigmoid"),
    ])  # fmt: skip


class TokenAndPositionEmbedding(layers.Layer):
    def __init__(self, length, width):
        super().__init__()
        self.tokens, self.positions = layers.Embedding(workloads.WORDS, width), layers.Embedding(length, width)
        self.length = length

    def call(self, words):
        return self.tokens(words) + self.positions(keras.ops.arange(self.length))


def transformer():
    length = workloads.LENGTHS[ARGUMENTS.row]
    width, heads, key_dim, hidden, blocks = workloads.TRANSFORMER[ARGUMENTS.row]
    words = keras.Input((length,), dtype="int32")
    x = TokenAndPositionEmbedding(length, width)(words)
    for _ in range(blocks):
        attended = layers.Dropout(0.1)(layers.MultiHeadAttention(heads, key_dim)(x, x))
        x = layers.LayerNormalization(epsilon=1e-6)(x + attended)
        y = layers.Dense(width)(layers.Dense(hidden, activation="relu")(x))
        x = layers.LayerNormalization(epsilon=1e-6)(x + layers.Dropout(0.1)(y))
    x = layers.Dropout(0.1)(layers.GlobalAveragePooling1D()(x))
    x = layers.Dropout(0.1)(layers.Dense(20, activation="relu")(x))
    return keras.Model(words, layers.Dense(2, activation="softmax")(x))


MODELS = {"T1": mlp, "T2": cnn, "T3": resnet20, "T4": recurrent(layers.LSTM), "T5": recurrent(layers.LSTM),
          "T6": recurrent(layers.GRU), "T7": transformer, "T8": transformer}  # fmt: skip


class EpochTimes(keras.callbacks.Callback):
    """Ends the training when enough epochs after the first are measured."""

    def __init__(self, seconds):
        super().__init__()
        self.seconds, self.times = seconds, []

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        if epoch > 0:
            self.times.append(time.perf_counter() - self.start)
        self.model.stop_training = epoch > 0 and sum(self.times) >= self.seconds


def make(row, jit, steps_per_execution):
    model = MODELS[row]()
    optimizer = keras.optimizers.RMSprop(1e-3, rho=0.9) if row == "T1" else keras.optimizers.Adam(1e-3)
    loss = "binary_crossentropy" if row in workloads.RECURRENT else "sparse_categorical_crossentropy"
    model.compile(optimizer, loss, metrics=["accuracy"],
                  jit_compile=jit, steps_per_execution=steps_per_execution)  # fmt: skip
    return model


def epoch_times(model, data, seconds):
    recorded = EpochTimes(seconds)
    model.fit(*data, batch_size=workloads.BATCH[ARGUMENTS.row], epochs=10**6, shuffle=False, verbose=0, callbacks=[recorded])
    return recorded.times


def main():
    row, data = ARGUMENTS.row, workloads.training_data(ARGUMENTS.row)
    jits = {"plain": False, "jit": True} if ARGUMENTS.backend == "tensorflow" else {"jit": True}
    settings = {
        f"{name}, {steps} steps per execution": lambda jit=jit, steps=steps: make(row, jit, steps)
        for name, jit in jits.items()
        for steps in (1, 8)
    }
    name, model = measure.best_setting(settings, ARGUMENTS.setting, lambda model: min(epoch_times(model, data, 0.5)))
    epoch_times(model, data, 0.5)  # warm-up
    samples = len(data[0])
    repeats = []
    for _ in range(ARGUMENTS.repeats):
        times = epoch_times(model, data, ARGUMENTS.seconds)
        repeats.append(samples * len(times) / sum(times))
    measure.report(row, "keras-" + ARGUMENTS.backend, repeats, "samples/s", name)


main()
