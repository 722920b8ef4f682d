#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <kerascpp/core/tensor.hpp>
#include <kerascpp/layers/layer.hpp>

namespace kerascpp {

/// Arrays of a layer in a file of Keras 1, and whether Theano wrote them: its convolutions turn kernels by 180 degrees.
/// Where the file does not say, kernels in Theano's order (filters first) are taken as turned.
struct Keras1Arrays {
  std::vector<std::string> names;
  std::vector<Tensor> values;
  std::optional<bool> turned = {};
};

/// The values of all weights of a layer, and of layers inside of it, in Keras 3's layout.
///
/// LSTM has 12 arrays, W, U and b of the gates i, c, f and o, or 3 for all gates in the order i, f, c, o; GRU has 9 or
/// 3 in the order z, r, h. Kernels of "th" are (filters, channels, rows, columns), those of one axis (length, 1,
/// channels, filters). Throws FormatError naming the layer when there is another number of arrays, or they have other
/// ranks.
[[nodiscard]] std::vector<std::pair<Variable, Tensor>> keras3_weights(const Layer& layer, const Keras1Arrays& arrays);

/// A layer, and the names of its arrays in the file.
struct Keras1Layer {
  Layer layer;
  std::vector<std::string> names;
};

/// How many arrays the file has for the trainable weights of layers.
[[nodiscard]] std::size_t trainable_arrays(const std::vector<Keras1Layer>& layers);

/// Arrays that go with the trainable weights alone, in their order: the slots of an optimizer. Throws FormatError on
/// another number of them.
[[nodiscard]] std::vector<std::pair<Variable, Tensor>> keras3_slots(const std::vector<Keras1Layer>& layers,
                                                                    const std::vector<Tensor>& arrays,
                                                                    std::optional<bool> turned);

}  // namespace kerascpp
