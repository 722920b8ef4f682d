#include <algorithm>

#include "layers/attention/families.hpp"
#include "layers/attention/projected_attention.hpp"

namespace kerascpp::layers {
namespace {

constexpr char letter(int i) { return static_cast<char>('a' + i); }

std::string letters(int first, int count) {
  std::string text;
  for (int i = first; i < first + count; ++i) text += letter(i);
  return text;
}

/// Free axes stay, bound axes are summed over, new axes come behind: "abc,cde->abde".
std::string projection_equation(int free, int bound, int fresh) {
  const std::string in = letters(0, free + bound), out = letters(free + bound, fresh);
  return in + "," + in.substr(static_cast<std::size_t>(free)) + out + "->" + letters(0, free) + out;
}

class MultiHeadAttentionLayer final : public ProjectedAttention<MultiHeadAttentionOptions> {
 public:
  MultiHeadAttentionLayer(std::int64_t num_heads, std::int64_t key_dim, MultiHeadAttentionOptions options)
      : ProjectedAttention("MultiHeadAttention", std::move(options)),
        num_heads_(num_heads),
        key_dim_(key_dim),
        value_dim_(options_.value_dim.value_or(key_dim)) {
    KCPP_CHECK(num_heads > 0 && key_dim > 0 && value_dim_ > 0, ValueError,
               "[MultiHeadAttention] num_heads, key_dim and value_dim must be positive, received ", num_heads, ", ",
               key_dim, " and ", value_dim_);
  }

  [[nodiscard]] static std::shared_ptr<MultiHeadAttentionLayer> from_config(const Config& config) {
    LayerReader reader(config, "MultiHeadAttention");
    const auto num_heads = reader.required<std::int64_t>("num_heads"),
               key_dim = reader.required<std::int64_t>("key_dim");
    auto options = reader.options<MultiHeadAttentionOptions>();
    reader.optional("value_dim", options.value_dim);
    auto layer = reader.make<MultiHeadAttentionLayer>(num_heads, key_dim, options);
    layer->read_policies(config);
    return layer;
  }

  [[nodiscard]] std::string class_name() const override { return "MultiHeadAttention"; }
  [[nodiscard]] Config get_config() const override {
    Config config =
        with_policies(config_with({{"num_heads", num_heads_}, {"key_dim", key_dim_}, {"value_dim", value_dim_}}));
    if (built()) config.set("attention_axes", to_config(attention_axes_));
    return config;
  }
  [[nodiscard]] std::vector<std::pair<std::string, Layer>> sublayers() const override {
    if (!query_.defined()) return {};
    std::vector<std::pair<std::string, Layer>> layers{{"query_dense", query_}, {"key_dense", key_}};
    if (gate_.defined()) layers.emplace_back("_gate_dense", gate_);
    layers.emplace_back("value_dense", value_);
    layers.emplace_back("output_dense", output_);
    if (dropout_.defined()) layers.emplace_back("_dropout_layer", dropout_);
    return layers;
  }

  void build_from(const std::vector<Shape>& shapes) override {
    set_activity_regularizer({});  // it is for the projections
    const Shape &query = shapes[0], &value = shapes[1], &key = shapes.size() > 2 ? shapes[2] : value;
    query_ = heads("query", query, key_dim_);
    key_ = heads("key", key, key_dim_);
    if (options_.use_gate) gate_ = heads("gate", query, value_dim_, "sigmoid");
    value_ = heads("value", value, value_dim_);

    const int rank = value.ndim() + 1;  // of the projected value
    choose_axes(rank);
    make_equations(rank);
    scale_ = 1 / std::sqrt(static_cast<double>(key_dim_));

    Shape position =
        options_.output_shape.empty() ? Shape{known_dim(*this, query, -1)} : Shape(options_.output_shape.values());
    const int fresh = position.ndim(), free = query.ndim() - 1;
    Shape full;
    for (int axis = 1; axis < free; ++axis) full.push_back(None);
    for (const std::int64_t length : position) full.push_back(length);
    output_ = projection("attention_output", projection_equation(free, 2, fresh), full, letters(free + 2, fresh));
    Shape projected(query.vector());
    projected.set_dim(projected.ndim() - 1, num_heads_);
    projected.push_back(value_dim_);
    output_->ensure_built({projected});
  }

 private:
  [[nodiscard]] Layer heads(const char* name, const Shape& input, std::int64_t dim,
                            const ActivationFunction& activation = {}) const {
    const int free = input.ndim() - 1;
    Shape shape;
    for (int axis = 1; axis < free; ++axis) shape.push_back(None);
    shape.push_back(num_heads_);
    shape.push_back(dim);
    Layer layer = projection(name, projection_equation(free, 1, 2), shape, letters(free + 1, 2), activation);
    layer->ensure_built({input});
    return layer;
  }

  void choose_axes(int rank) {
    attention_axes_.clear();
    for (const std::int64_t axis : options_.attention_axes.values())
      attention_axes_.push_back(axis >= 0 ? axis : rank - 1 + axis);
    if (attention_axes_.empty())
      for (int axis = 1; axis < rank - 2; ++axis) attention_axes_.push_back(axis);
    for (const std::int64_t axis : attention_axes_)
      KCPP_CHECK(axis > 0 && axis < rank - 2, ValueError, message_start(*this), ": attention_axes ",
                 options_.attention_axes, " do not fit inputs of ", rank - 1, " axes");
  }

  /// Scores have the axes that are not attended over (heads among them), those of the query, those of the key.
  void make_equations(int rank) {
    const std::string query = letters(0, rank);
    std::string key = query, kept, query_axes, key_axes;
    int next = rank;
    for (int axis = 0; axis < rank; ++axis) {
      const bool attends = std::find(attention_axes_.begin(), attention_axes_.end(), axis) != attention_axes_.end();
      if (attends)
        key[static_cast<std::size_t>(axis)] = letter(next++);
      else if (axis < rank - 1)
        kept += letter(axis);
    }
    for (const std::int64_t axis : attention_axes_) {
      query_axes += query[static_cast<std::size_t>(axis)];
      key_axes += key[static_cast<std::size_t>(axis)];
    }
    const std::string scores = kept + query_axes + key_axes;
    score_equation_ = key + "," + query + "->" + scores;
    combine_equation_ = scores + "," + key + "->" + query;
  }

  std::int64_t num_heads_, key_dim_, value_dim_;
};

}  // namespace

Layer MultiHeadAttention(std::int64_t num_heads, std::int64_t key_dim, const MultiHeadAttentionOptions& options) {
  return make_layer<MultiHeadAttentionLayer>(num_heads, key_dim, options);
}

ObjectClass multi_head_attention_class() { return layer_class<MultiHeadAttentionLayer>("MultiHeadAttention"); }

}  // namespace kerascpp::layers
