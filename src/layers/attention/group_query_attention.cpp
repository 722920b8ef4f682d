#include "layers/attention/families.hpp"
#include "layers/attention/projected_attention.hpp"

namespace kerascpp::layers {
namespace {

class GroupQueryAttentionLayer final : public ProjectedAttention<GroupQueryAttentionOptions> {
 public:
  GroupQueryAttentionLayer(std::int64_t head_dim, std::int64_t num_query_heads, std::int64_t num_key_value_heads,
                           GroupQueryAttentionOptions options)
      : ProjectedAttention("GroupQueryAttention", std::move(options)),
        head_dim_(head_dim),
        num_query_heads_(num_query_heads),
        num_key_value_heads_(num_key_value_heads) {
    KCPP_CHECK(head_dim > 0 && num_query_heads > 0 && num_key_value_heads > 0, ValueError,
               "[GroupQueryAttention] head_dim, num_query_heads and num_key_value_heads must be positive, received ",
               head_dim, ", ", num_query_heads, " and ", num_key_value_heads);
    KCPP_CHECK(num_query_heads % num_key_value_heads == 0, ValueError,
               "[GroupQueryAttention] num_query_heads must be a multiple of num_key_value_heads, received ",
               num_query_heads, " and ", num_key_value_heads);
  }

  [[nodiscard]] static std::shared_ptr<GroupQueryAttentionLayer> from_config(const Config& config) {
    LayerReader reader(config, "GroupQueryAttention");
    const auto head_dim = reader.required<std::int64_t>("head_dim");
    const auto num_query_heads = reader.required<std::int64_t>("num_query_heads");
    const auto num_key_value_heads = reader.required<std::int64_t>("num_key_value_heads");
    auto layer = reader.make<GroupQueryAttentionLayer>(head_dim, num_query_heads, num_key_value_heads,
                                                       reader.options<GroupQueryAttentionOptions>());
    layer->read_policies(config);
    return layer;
  }

  [[nodiscard]] std::string class_name() const override { return "GroupQueryAttention"; }
  [[nodiscard]] Config get_config() const override {
    return with_policies(config_with({{"head_dim", head_dim_},
                                      {"num_query_heads", num_query_heads_},
                                      {"num_key_value_heads", num_key_value_heads_}}));
  }
  [[nodiscard]] std::vector<std::pair<std::string, Layer>> sublayers() const override {
    if (!query_.defined()) return {};
    std::vector<std::pair<std::string, Layer>> layers{{"_query_dense", query_}, {"_key_dense", key_}};
    if (gate_.defined()) layers.emplace_back("_gate_dense", gate_);
    layers.emplace_back("_value_dense", value_);
    layers.emplace_back("_output_dense", output_);
    if (dropout_.defined()) layers.emplace_back("_dropout_layer", dropout_);
    return layers;
  }

  void build_from(const std::vector<Shape>& shapes) override {
    const Shape &query = shapes[0], &value = shapes[1], &key = shapes.size() > 2 ? shapes[2] : value;
    for (const Shape& shape : shapes)
      KCPP_CHECK(shape.ndim() == 3, ShapeError, message_start(*this),
                 " takes inputs (batch, positions, features), received ", shape);
    query_ = built(projection("query", "bqm,muh->bquh", {None, num_query_heads_, head_dim_}, "uh"), query);
    key_ = built(projection("key", "bkm,mvh->bkvh", {None, num_key_value_heads_, head_dim_}, "vh"), key);
    if (options_.use_gate)
      gate_ = built(projection("gate", "bqm,muh->bquh", {None, num_query_heads_, head_dim_}, "uh", "sigmoid"), query);
    value_ = built(projection("value", "bkm,mvh->bkvh", {None, num_key_value_heads_, head_dim_}, "vh"), value);
    output_ = built(projection("attention_output", "bquh,uhm->bqm", {None, known_dim(*this, query, -1)}, "m"),
                    {None, None, num_query_heads_, head_dim_});
    score_equation_ = "bkuh,bquh->buqk";
    combine_equation_ = "buqk,bkuh->bquh";
    scale_ = 1 / std::sqrt(static_cast<double>(head_dim_));
  }

 protected:
  [[nodiscard]] Symbol shared(const Symbol& heads) const override {
    return num_query_heads_ == num_key_value_heads_ ? heads
                                                    : ops::repeat(heads, num_query_heads_ / num_key_value_heads_, 2);
  }

 private:
  [[nodiscard]] static Layer built(Layer layer, const Shape& input) {
    layer->ensure_built({input});
    return layer;
  }

  std::int64_t head_dim_, num_query_heads_, num_key_value_heads_;
};

}  // namespace

Layer GroupQueryAttention(std::int64_t head_dim, std::int64_t num_query_heads, std::int64_t num_key_value_heads,
                          const GroupQueryAttentionOptions& options) {
  return make_layer<GroupQueryAttentionLayer>(head_dim, num_query_heads, num_key_value_heads, options);
}

ObjectClass group_query_attention_class() {
  return layer_class<GroupQueryAttentionLayer>("GroupQueryAttention", {"GroupedQueryAttention"});
}

}  // namespace kerascpp::layers
