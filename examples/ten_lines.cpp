// The program of the README.
// --- the README's program
#include <kerascpp/kerascpp.hpp>
using namespace kerascpp;
using namespace kerascpp::layers;

int main() {
  auto [train, test] = datasets::digits();
  Sequential model{Input({28, 28, 1}), Conv2D(32, 3, {.activation = "relu"}), MaxPooling2D(2), Flatten(),
                   Dropout(0.5),       Dense(10, {.activation = "softmax"})};
  model.compile({.optimizer = "adam", .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  model.fit(train.x, train.y, {.batch_size = 128, .epochs = 5, .validation_split = 0.1});
  model.evaluate(test.x, test.y);
  model.save("digits.keras");  // opens in Python Keras, and the other way round
}
// ---
