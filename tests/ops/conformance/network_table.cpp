#include <kerascpp/ops/attention.hpp>
#include <kerascpp/ops/convolution.hpp>
#include <kerascpp/ops/decoding.hpp>
#include <kerascpp/ops/losses.hpp>
#include <kerascpp/ops/normalization.hpp>
#include <kerascpp/ops/pooling.hpp>

#include "support/op_fixtures.hpp"

/// Convolutions, poolings, normalizations, attention and losses, called as in keras.ops.nn.
namespace kerascpp::test {
namespace {

ops::ConvOptions conv_options(const FixtureArguments& a, std::size_t first) {
  return {.strides = a.sizes(first, "strides", 1),
          .padding = a.text(first + 1, "padding", "valid"),
          .data_format = a.text(first + 2, "data_format", ""),
          .dilation_rate = a.sizes(first + 3, "dilation_rate", 1)};
}

ops::ConvTransposeOptions transpose_options(const FixtureArguments& a) {
  return {.strides = a.sizes(2, "strides", 1),
          .padding = a.text(3, "padding", "valid"),
          .output_padding = a.sizes(4, "output_padding"),
          .data_format = a.text(5, "data_format", ""),
          .dilation_rate = a.sizes(6, "dilation_rate", 1)};
}

ops::PoolOptions pool_options(const FixtureArguments& a) {
  return {.strides = a.sizes(2, "strides"),
          .padding = a.text(3, "padding", "valid"),
          .data_format = a.text(4, "data_format", "")};
}

template <class T>
std::optional<Operand> optional_operand(const ArgumentsOf<T>& a, std::size_t position, std::string_view name) {
  return a.has(position, name) ? std::optional<Operand>(a.tensor(position, name)) : std::nullopt;
}

std::optional<double> optional_number(const FixtureArguments& a, std::size_t position, std::string_view name) {
  return a.has(position, name) ? std::optional(a.number(position, name, 0)) : std::nullopt;
}

template <class T>
FixtureOps<T> convolution_ops() {
  using Results = std::vector<T>;
  using Arguments = ArgumentsOf<T>;
  const auto x_of = [](const Arguments& a) { return a.tensor(0, "inputs"); };
  return {
      {"conv",
       [=](const Arguments& a) { return Results{ops::conv(x_of(a), a.tensor(1, "kernel"), conv_options(a, 2))}; }},
      {"depthwise_conv",
       [=](const Arguments& a) {
         return Results{ops::depthwise_conv(x_of(a), a.tensor(1, "kernel"), conv_options(a, 2))};
       }},
      {"separable_conv",
       [=](const Arguments& a) {
         return Results{ops::separable_conv(x_of(a), a.tensor(1, "depthwise_kernel"), a.tensor(2, "pointwise_kernel"),
                                            conv_options(a, 3))};
       }},
      {"conv_transpose",
       [=](const Arguments& a) {
         return Results{ops::conv_transpose(x_of(a), a.tensor(1, "kernel"), transpose_options(a))};
       }},
      {"max_pool",
       [=](const Arguments& a) { return Results{ops::max_pool(x_of(a), a.sizes(1, "pool_size"), pool_options(a))}; }},
      {"average_pool",
       [=](const Arguments& a) {
         return Results{ops::average_pool(x_of(a), a.sizes(1, "pool_size"), pool_options(a))};
       }},
      {"adaptive_max_pool",
       [=](const Arguments& a) {
         return Results{ops::adaptive_max_pool(x_of(a), a.sizes(1, "output_size"), a.text(2, "data_format", ""))};
       }},
      {"adaptive_average_pool",
       [=](const Arguments& a) {
         return Results{ops::adaptive_average_pool(x_of(a), a.sizes(1, "output_size"), a.text(2, "data_format", ""))};
       }},
  };
}

template <class T>
FixtureOps<T> normalization_ops() {
  using Results = std::vector<T>;
  using Arguments = ArgumentsOf<T>;
  const auto x_of = [](const Arguments& a) { return a.tensor(0, "x"); };
  return {
      {"batch_normalization",
       [=](const Arguments& a) {
         return Results{ops::batch_normalization(x_of(a), a.tensor(1, "mean"), a.tensor(2, "variance"),
                                                 a.integer(3, "axis", -1),
                                                 {.offset = optional_operand(a, 4, "offset"),
                                                  .scale = optional_operand(a, 5, "scale"),
                                                  .epsilon = a.number(6, "epsilon", 1e-3)})};
       }},
      {"layer_normalization",
       [=](const Arguments& a) {
         return Results{ops::layer_normalization(x_of(a), {.gamma = optional_operand(a, 1, "gamma"),
                                                           .beta = optional_operand(a, 2, "beta"),
                                                           .axis = a.axes(3, "axis", -1),
                                                           .epsilon = optional_number(a, 4, "epsilon")})};
       }},
      {"rms_normalization",
       [=](const Arguments& a) {
         return Results{ops::rms_normalization(x_of(a), {.scale = optional_operand(a, 1, "scale"),
                                                         .axis = a.axes(2, "axis", -1),
                                                         .epsilon = optional_number(a, 3, "epsilon")})};
       }},
      {"normalize",
       [=](const Arguments& a) {
         return Results{ops::normalize(x_of(a), a.axes(1, "axis", -1), static_cast<int>(a.integer(2, "order", 2)),
                                       optional_number(a, 3, "epsilon"))};
       }},
      {"dot_product_attention",
       [](const Arguments& a) {
         return Results{ops::dot_product_attention(a.tensor(0, "query"), a.tensor(1, "key"), a.tensor(2, "value"),
                                                   {.bias = optional_operand(a, 3, "bias"),
                                                    .mask = optional_operand(a, 4, "mask"),
                                                    .scale = optional_number(a, 5, "scale"),
                                                    .is_causal = a.flag(6, "is_causal", false)})};
       }},
  };
}

template <class T>
FixtureOps<T> loss_ops() {
  using Results = std::vector<T>;
  using Arguments = ArgumentsOf<T>;
  return {
      {"binary_crossentropy",
       [](const Arguments& a) {
         return Results{
             ops::binary_crossentropy(a.tensor(0, "target"), a.tensor(1, "output"), a.flag(2, "from_logits", false))};
       }},
      {"categorical_crossentropy",
       [](const Arguments& a) {
         return Results{ops::categorical_crossentropy(a.tensor(0, "target"), a.tensor(1, "output"),
                                                      a.flag(2, "from_logits", false), a.integer(3, "axis", -1))};
       }},
      {"sparse_categorical_crossentropy",
       [](const Arguments& a) {
         return Results{ops::sparse_categorical_crossentropy(
             a.tensor(0, "target"), a.tensor(1, "output"), a.flag(2, "from_logits", false), a.integer(3, "axis", -1))};
       }},
      {"ctc_loss",
       [](const Arguments& a) {
         return Results{ops::ctc_loss(a.tensor(0, "target"), a.tensor(1, "output"), a.tensor(2, "target_length"),
                                      a.tensor(3, "output_length"), a.integer(4, "mask_index", 0))};
       }},
      {"ctc_decode",
       [](const Arguments& a) {
         const auto found = ops::ctc_decode(a.tensor(0, "inputs"), a.tensor(1, "sequence_lengths"),
                                            {.strategy = a.text(2, "strategy", "greedy"),
                                             .beam_width = a.integer(3, "beam_width", 100),
                                             .top_paths = a.integer(4, "top_paths", 1),
                                             .mask_index = a.integer(6, "mask_index", 0)});
         return Results{found.decoded, found.scores};
       }},
      {"psnr",
       [](const Arguments& a) {
         return Results{ops::psnr(a.tensor(0, "x1"), a.tensor(1, "x2"), a.number(2, "max_val", 1))};
       }},
  };
}

template <class T>
FixtureOps<T> table_of() {
  FixtureOps<T> table = convolution_ops<T>();
  table.merge(normalization_ops<T>());
  table.merge(loss_ops<T>());
  return table;
}

}  // namespace

FixtureTable network_table() { return {table_of<Tensor>(), table_of<Symbol>()}; }

}  // namespace kerascpp::test
