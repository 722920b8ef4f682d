#include "saving/keras1/weights.hpp"

#include <algorithm>

#include <kerascpp/core/error.hpp>
#include <kerascpp/models/model_base.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/shape.hpp>

namespace kerascpp {
namespace {

/// Layers that hold their weights themselves, as Keras 1 counts them: a recurrent layer holds those of its cell.
void add_leaves(const Layer& layer, std::vector<Layer>& leaves) {
  const std::string kind = layer->class_name();
  const bool is_container = layer.as<ModelBase>() != nullptr || kind == "TimeDistributed" || kind == "Bidirectional";
  if (!is_container) {
    if (!layer.weights().empty()) leaves.push_back(layer);
    return;
  }
  for (const auto& [attribute, inner] : layer->sublayers()) add_leaves(inner, leaves);
}

std::vector<Layer> leaves_of(const Layer& layer) {
  std::vector<Layer> leaves;
  add_leaves(layer, leaves);
  return leaves;
}

/// The weights of a leaf without the states of a stateful layer, which Keras 1 does not keep.
std::vector<Variable> weights_of(const Layer& leaf, bool trainable) {
  std::vector<Variable> weights = trainable ? leaf.trainable_variables() : leaf.non_trainable_variables();
  std::erase_if(weights, [](const Variable& weight) { return weight.name() == "rnn_state"; });
  return weights;
}

/// Gates whose arrays may stand apart; 1 for other layers.
std::size_t gates_of(const Layer& leaf) {
  const std::string kind = leaf->class_name();
  return kind == "LSTM" || kind == "ConvLSTM2D" ? 4 : kind == "GRU" ? 3 : 1;
}

std::size_t count_of(std::size_t weights, const Layer& leaf, bool gates_apart) {
  return gates_apart ? weights * gates_of(leaf) : weights;
}

/// One leaf with its arrays, which become those of its weights.
class Leaf {
 public:
  Leaf(const Layer& layer, std::vector<Tensor> arrays, std::optional<bool> turned)
      : layer_(layer), config_(layer.get_config()), arrays_(std::move(arrays)) {
    const Config* format = config_.find("data_format");
    filters_first_ = format != nullptr && *format == Config("channels_first");
    turned_ = turned.value_or(filters_first_);
  }

  /// For so many weights.
  std::vector<Tensor> convert(std::size_t weights) {
    if (const std::size_t gates = gates_of(layer_); gates > 1 && arrays_.size() == gates * weights) join_gates(weights);
    KCPP_CHECK(arrays_.size() == weights, FormatError, "layer \"", layer_.name(), "\" (", layer_->class_name(),
               ") has ", weights, " weights, the file of Keras 1 has ", arrays_.size(), " arrays for it");
    if (arrays_.empty()) return {};
    const std::string kind = layer_->class_name();
    if (kind == "Conv1D") convert_conv1d();
    if (kind == "Conv2D") convert_kernel(0, 2, {2, 3, 1, 0}, {0, 1, 2, 3});
    if (kind == "Conv3D") convert_kernel(0, 3, {2, 3, 4, 1, 0}, {0, 1, 2, 3, 4});
    // the axes of channels and filters have changed their places
    if (kind == "Conv2DTranspose") convert_kernel(0, 2, {2, 3, 0, 1}, {0, 1, 3, 2});
    if (kind == "SeparableConv2D")
      for (const std::size_t kernel : {0, 1}) convert_kernel(kernel, 2, {2, 3, 1, 0}, {0, 1, 2, 3});
    if (kind == "ConvLSTM2D")
      for (const std::size_t kernel : {0, 1}) convert_kernel(kernel, 2, {2, 3, 1, 0}, {0, 1, 2, 3});
    if (kind == "LocallyConnected2D" && filters_first_ && arrays_.size() > 1 && arrays_[1].ndim() == 3)
      arrays_[1] = ops::transpose(arrays_[1], {1, 2, 0});
    return std::move(arrays_);
  }

 private:
  /// W, U and b of each gate; those of an LSTM stand in the order i, c, f, o.
  void join_gates(std::size_t weights) {
    const std::vector<std::size_t> order =
        gates_of(layer_) == 4 ? std::vector<std::size_t>{0, 2, 1, 3} : std::vector<std::size_t>{0, 1, 2};
    // along the filters, which come first in the kernels of "th"
    const bool over_images = layer_->class_name() == "ConvLSTM2D";
    std::vector<Tensor> joined;
    for (std::size_t weight = 0; weight < weights; ++weight) {
      TensorList parts;
      for (const std::size_t gate : order) parts.push_back(arrays_[gate * weights + weight]);
      const bool first = over_images && filters_first_ && parts[0].ndim() == 4;
      joined.push_back(ops::concatenate(parts, first ? 0 : -1));
    }
    arrays_ = std::move(joined);
  }

  void expect_ndim(const Tensor& kernel, int ndim) const {
    KCPP_CHECK(kernel.ndim() == ndim, FormatError, "layer \"", layer_.name(), "\" (", layer_->class_name(),
               ") expects a kernel of ", ndim, " dimensions, the file of Keras 1 has ", kernel.shape());
  }

  void convert_kernel(std::size_t which, int spatial, const std::vector<std::int64_t>& from_theano,
                      const std::vector<std::int64_t>& from_tensorflow) {
    if (which >= arrays_.size()) return;
    Tensor& kernel = arrays_[which];
    expect_ndim(kernel, spatial + 2);
    kernel = ops::transpose(kernel, filters_first_ ? from_theano : from_tensorflow);
    turn(kernel, spatial);
  }

  void turn(Tensor& kernel, int spatial) const {
    if (!turned_) return;
    std::vector<std::int64_t> axes;
    for (int axis = 0; axis < spatial; ++axis) axes.push_back(axis);
    kernel = ops::flip(kernel, Axes(axes));
  }

  /// (length, 1, channels, filters); before 1.2 (filters, channels, length, 1).
  void convert_conv1d() {
    Tensor& kernel = arrays_.front();
    if (kernel.ndim() == 3) return turn(kernel, 1);
    expect_ndim(kernel, 4);
    const std::int64_t length = config_.at("kernel_size").as_list().front().as_int(),
                       filters = config_.at("filters").as_int();
    const Shape shape = kernel.shape();
    if (shape[0] != length || shape[1] != 1 || shape[3] != filters) kernel = ops::transpose(kernel, {2, 3, 1, 0});
    KCPP_CHECK(kernel.shape()[1] == 1, FormatError, "layer \"", layer_.name(),
               "\" (Conv1D) expects a kernel (length, 1, channels, filters), the file of Keras 1 has ", shape);
    kernel = ops::squeeze(kernel, 1);
    turn(kernel, 1);
  }

  const Layer& layer_;
  Config config_;
  std::vector<Tensor> arrays_;
  bool filters_first_ = false, turned_ = false;
};

/// The leaf whose name begins the name of an array, "dense_1_W:0"; the longest where several do.
std::size_t owner_of(const std::string& array, const std::vector<Layer>& leaves) {
  const std::string name = array.substr(array.rfind('/') + 1);  // npos + 1 is 0
  std::size_t owner = leaves.size(), longest = 0;
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    const std::string& start = leaves[i].name();
    if (start.size() < longest || name.rfind(start + "_", 0) != 0) continue;
    owner = i;
    longest = start.size();
  }
  return owner;
}

using Places = std::vector<std::vector<std::size_t>>;  // of the arrays of each leaf

/// By their names; nothing when those do not tell.
Places places_by_name(const std::vector<Layer>& leaves, const std::vector<std::string>& names) {
  Places places(leaves.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::size_t owner = owner_of(names[i], leaves);
    if (owner == leaves.size()) return {};
    places[owner].push_back(i);
  }
  return places;
}

/// In order: the trainable ones of all leaves, then the others.
Places places_in_order(const std::vector<Layer>& leaves, std::size_t arrays) {
  std::size_t total = 0;
  for (const Layer& leaf : leaves)
    total += count_of(weights_of(leaf, true).size() + weights_of(leaf, false).size(), leaf, true);
  const bool gates_apart = total == arrays;
  Places places(leaves.size());
  std::size_t at = 0;
  for (const bool trainable : {true, false})
    for (std::size_t i = 0; i < leaves.size(); ++i)
      for (std::size_t n = count_of(weights_of(leaves[i], trainable).size(), leaves[i], gates_apart);
           n > 0 && at < arrays; --n)
        places[i].push_back(at++);
  KCPP_CHECK(at == arrays, FormatError, "the file of Keras 1 has ", arrays, " arrays, of which ", at,
             " belong to a layer");
  return places;
}

Places places_of(const std::vector<Layer>& leaves, const std::vector<std::string>& names) {
  Places places;
  if (leaves.size() > 1) places = places_by_name(leaves, names);
  return places.empty() ? places_in_order(leaves, names.size()) : places;
}

/// A leaf and how many of its arrays, which stand first, are trained.
struct Trained {
  Layer leaf;
  std::size_t count;
};

std::vector<Trained> trained(const Keras1Layer& stored) {
  std::vector<Trained> result;
  const std::vector<Layer> leaves = leaves_of(stored.layer);
  const Places places = places_of(leaves, stored.names);
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    const std::size_t others = weights_of(leaves[i], false).size();
    const bool any = !weights_of(leaves[i], true).empty() && places[i].size() > others;
    result.push_back({leaves[i], any ? places[i].size() - others : 0});
  }
  return result;
}

}  // namespace

std::vector<std::pair<Variable, Tensor>> keras3_weights(const Layer& layer, const Keras1Arrays& arrays) {
  const std::vector<Layer> leaves = leaves_of(layer);
  const Places places = places_of(leaves, arrays.names);
  std::vector<std::pair<Variable, Tensor>> values;
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    std::vector<Variable> variables = weights_of(leaves[i], true);
    for (const Variable& other : weights_of(leaves[i], false)) variables.push_back(other);
    std::vector<Tensor> own;
    for (const std::size_t place : places[i]) own.push_back(arrays.values[place]);
    const std::vector<Tensor> converted = Leaf(leaves[i], std::move(own), arrays.turned).convert(variables.size());
    for (std::size_t w = 0; w < converted.size(); ++w) values.emplace_back(variables[w], converted[w]);
  }
  return values;
}

std::size_t trainable_arrays(const std::vector<Keras1Layer>& layers) {
  std::size_t total = 0;
  for (const Keras1Layer& stored : layers)
    for (const Trained& part : trained(stored)) total += part.count;
  return total;
}

std::vector<std::pair<Variable, Tensor>> keras3_slots(const std::vector<Keras1Layer>& layers,
                                                      const std::vector<Tensor>& arrays, std::optional<bool> turned) {
  KCPP_CHECK(arrays.size() == trainable_arrays(layers), FormatError, "the file of Keras 1 has ",
             trainable_arrays(layers), " arrays of trainable weights, and ", arrays.size(),
             " of the optimizer for them");
  std::vector<std::pair<Variable, Tensor>> slots;
  auto next = arrays.begin();
  for (const Keras1Layer& stored : layers)
    for (const Trained& part : trained(stored)) {
      const auto end = next + static_cast<std::ptrdiff_t>(part.count);
      const std::vector<Variable> weights = weights_of(part.leaf, true);
      const std::vector<Tensor> converted = Leaf(part.leaf, {next, end}, turned).convert(weights.size());
      for (std::size_t i = 0; i < converted.size(); ++i) slots.emplace_back(weights[i], converted[i]);
      next = end;
    }
  return slots;
}

}  // namespace kerascpp
