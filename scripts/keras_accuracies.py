#!/usr/bin/env python3
"""Trains the networks of examples/film_reviews, newswire_topics and cifar10_residual in Keras, with their settings.

    keras_accuracies.py FOLDER [reviews_lstm reviews_convolution topics pictures]

FOLDER holds imdb/imdb.npz, reuters/reuters.npz and cifar10/train and cifar10/test with a subfolder of pictures for each
class. docs/accuracy.md tells what comes out.
"""

import pathlib
import sys
import unittest.mock

import keras
import numpy as np
from keras import layers


def load(folder, name):
    """load_data of keras.datasets.<name> with a file that need not be the official one."""
    file = str(folder / name / f"{name}.npz")
    with unittest.mock.patch(f"keras.src.datasets.{name}.get_file", lambda *_, **__: file):
        return getattr(keras.datasets, name).load_data(num_words=10000)


def reviews(folder, network):
    (x, y), (test_x, test_y) = load(folder, "imdb")
    length = 200 if network == "lstm" else 400
    x, test_x = (keras.utils.pad_sequences(texts, maxlen=length) for texts in (x, test_x))
    start = [keras.Input((length,), dtype="int32"), layers.Embedding(10000, 64)]
    if network == "lstm":
        model = keras.Sequential([*start, layers.SpatialDropout1D(0.3), layers.LSTM(64), layers.Dropout(0.3),
                                  layers.Dense(1, activation="sigmoid")])  # fmt: skip
    else:
        model = keras.Sequential([*start, layers.Dropout(0.4), layers.Conv1D(128, 5, activation="relu"),
                                  layers.GlobalMaxPooling1D(), layers.Dropout(0.4),
                                  layers.Dense(64, activation="relu"), layers.Dropout(0.3),
                                  layers.Dense(1, activation="sigmoid")])  # fmt: skip
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    model.fit(x, y, batch_size=32, epochs=5 if network == "lstm" else 6, verbose=2)
    return model.evaluate(test_x, test_y, verbose=0)[1]


def topics(folder):
    (x, y), (test_x, test_y) = load(folder, "reuters")

    def binary(texts):
        result = np.zeros((len(texts), 10000), "float32")
        for row, words in enumerate(texts):
            result[row, [word for word in words if word < 10000]] = 1
        return result

    model = keras.Sequential([keras.Input((10000,)), layers.Dense(256, activation="relu"), layers.Dropout(0.5),
                              layers.Dense(46, activation="softmax")])  # fmt: skip
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(binary(x), y, batch_size=64, epochs=6, verbose=2)
    return model.evaluate(binary(test_x), test_y, verbose=0)[1]


def pictures(folder):
    def split(name):
        data = keras.utils.image_dataset_from_directory(
            folder / "cifar10" / name, image_size=(32, 32), shuffle=False, interpolation="nearest", verbose=False
        )
        parts = [(x.numpy(), y.numpy()) for x, y in data]
        return np.concatenate([x for x, _ in parts]) / 255, np.concatenate([y for _, y in parts])

    def convolved(x, filters, stride, size=3):
        x = layers.Conv2D(filters, size, strides=stride, padding="same", use_bias=False,
                          kernel_initializer="he_normal")(x)  # fmt: skip
        return layers.BatchNormalization()(x)

    def block(x, filters, stride):
        y = convolved(layers.ReLU()(convolved(x, filters, stride)), filters, 1)
        past = x if stride == 1 and x.shape[-1] == filters else convolved(x, filters, stride, 1)
        return layers.ReLU()(layers.Add()([y, past]))

    (x, y), (test_x, test_y) = split("train"), split("test")
    inputs = keras.Input((32, 32, 3))
    out = layers.RandomTranslation(0.125, 0.125, fill_mode="reflect")(layers.RandomFlip("horizontal")(inputs))
    out = layers.ReLU()(convolved(out, 16, 1))
    for filters in (16, 32, 64):
        for number in range(2):
            out = block(out, filters, 2 if number == 0 and filters > 16 else 1)
    model = keras.Model(inputs, layers.Dense(10, activation="softmax")(layers.GlobalAveragePooling2D()(out)))
    epochs, batch = 15, 64
    rate = keras.optimizers.schedules.CosineDecay(3e-3, epochs * -(-len(x) // batch))
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, batch_size=batch, epochs=epochs, verbose=2)
    return model.evaluate(test_x, test_y, verbose=0)[1]


TRAININGS = {
    "reviews_lstm": lambda folder: reviews(folder, "lstm"),
    "reviews_convolution": lambda folder: reviews(folder, "convolution"),
    "topics": topics,
    "pictures": pictures,
}


def main():
    if len(sys.argv) < 2 or set(sys.argv[2:]) - set(TRAININGS):
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1]).resolve()
    for name in sys.argv[2:] or TRAININGS:
        keras.utils.set_random_seed(1)
        print(f"{name}: accuracy {TRAININGS[name](folder):.4f}", flush=True)


if __name__ == "__main__":
    main()
