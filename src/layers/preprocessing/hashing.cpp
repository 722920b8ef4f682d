#include <kerascpp/core/settings.hpp>
#include <kerascpp/layers/lookup.hpp>

#include <kerascpp/graph/immediate.hpp>
#include "core/text_hash.hpp"
#include "layers/host_layer.hpp"
#include "layers/preprocessing/categories.hpp"
#include "layers/preprocessing/category_count.hpp"
#include "layers/preprocessing/families.hpp"

namespace kerascpp::layers {
namespace {

/// The elements of an array as text: uint8 arrays hold strings, floats are cut off.
std::vector<std::string> texts_of(const Tensor& x) {
  if (x.dtype() == DType::UInt8) return to_strings(x);
  std::vector<std::string> texts;
  for (const std::int64_t value : x.astype(DType::Int64).to_vector<std::int64_t>())
    texts.push_back(std::to_string(value));
  return texts;
}

Shape shape_of(const TensorSpec& spec) {
  Shape shape = spec.shape;
  if (spec.dtype == DType::UInt8) shape.erase(shape.ndim() - 1);
  return shape;
}

/// The dtype that Keras gives such layers unless told otherwise.
template <class Options>
Options with_dtype(Options options) {
  if (options.dtype.empty()) options.dtype = options.output_mode == "int" ? "int64" : std::string(name(floatx()));
  return options;
}

Shape encoded_shape(Shape shape, const std::string& output_mode, std::int64_t depth) {
  if (output_mode == "int") return shape;
  if (output_mode == "one_hot" ? shape.ndim() < 2 || shape.back() != 1 : shape.ndim() == 0) shape.push_back(1);
  shape.set_dim(shape.ndim() - 1, depth);
  return shape;
}

class HashingLayer final : public HostOptionsLayer<HashingOptions>, public CategoryCount {
 public:
  HashingLayer(std::int64_t num_bins, HashingOptions options)
      : HostOptionsLayer(with_dtype(std::move(options))), num_bins_(num_bins) {
    KCPP_CHECK(num_bins > 0, ValueError, "[Hashing] num_bins must be a positive integer, received ", num_bins);
    check_output_mode("Hashing", options_.output_mode, "int one_hot multi_hot count");
    check_not_sparse("Hashing", options_.sparse);
    KCPP_CHECK(options_.output_mode != "int" || is_integer(compute_dtype()), ValueError,
               "[Hashing] dtype must be \"int32\" or \"int64\" with output_mode \"int\", received \"", options_.dtype,
               "\"");
    if (!options_.salt.empty()) options_.salt = Sizes(options_.salt.expand(2, "Hashing", "salt"));
  }

  [[nodiscard]] static std::shared_ptr<HashingLayer> from_config(const Config& config) {
    LayerReader reader(config, "Hashing");
    const auto num_bins = reader.required<std::int64_t>("num_bins");
    return reader.make<HashingLayer>(num_bins, reader.options<HashingOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "Hashing"; }
  [[nodiscard]] Config get_config() const override { return config_with({{"num_bins", num_bins_}}); }
  [[nodiscard]] bool takes_strings() const override { return true; }
  [[nodiscard]] std::int64_t category_count() const override { return num_bins_; }
  void check_inputs(const SymbolList& inputs) const override { check_single_input(*this, inputs); }

  [[nodiscard]] TensorSpec output_spec(const std::vector<TensorSpec>& inputs) const override {
    return {compute_dtype(), encoded_shape(shape_of(inputs[0]), options_.output_mode, num_bins_)};
  }

  [[nodiscard]] Tensor compute(const std::vector<Tensor>& inputs) const override {
    const bool masks = !options_.mask_value.is_null() && num_bins_ > 1;
    const std::string mask = !masks                            ? std::string()
                             : options_.mask_value.is_string() ? options_.mask_value.as_string()
                                                               : std::to_string(options_.mask_value.as_int());
    std::vector<std::int64_t> bins;
    for (const std::string& text : texts_of(inputs[0])) {
      const std::int64_t bin = bin_of(text, masks ? num_bins_ - 1 : num_bins_);
      bins.push_back(!masks ? bin : text == mask ? 0 : bin + 1);
    }
    const Symbol numbers = constant(Tensor(bins).reshape(shape_of({inputs[0].dtype(), inputs[0].shape()})));
    return compute_now(encode_categories(numbers, options_.output_mode, num_bins_, compute_dtype()));
  }

 private:
  [[nodiscard]] std::int64_t bin_of(const std::string& text, std::int64_t bins) const {
    const std::vector<std::int64_t>& salt = options_.salt.values();
    const std::uint64_t hash =
        salt.empty() ? fingerprint64(text)
                     : sip_hash(text, {static_cast<std::uint64_t>(salt[0]), static_cast<std::uint64_t>(salt[1])});
    return static_cast<std::int64_t>(hash % static_cast<std::uint64_t>(bins));
  }

  std::int64_t num_bins_;
};

class HashedCrossingLayer final : public HostOptionsLayer<HashedCrossingOptions>, public CategoryCount {
 public:
  HashedCrossingLayer(std::int64_t num_bins, HashedCrossingOptions options)
      : HostOptionsLayer(with_dtype(std::move(options))), num_bins_(num_bins) {
    KCPP_CHECK(num_bins > 0, ValueError, "[HashedCrossing] num_bins must be a positive integer, received ", num_bins);
    check_output_mode("HashedCrossing", options_.output_mode, "int one_hot");
    check_not_sparse("HashedCrossing", options_.sparse);
  }

  [[nodiscard]] static std::shared_ptr<HashedCrossingLayer> from_config(const Config& config) {
    LayerReader reader(config, "HashedCrossing");
    const auto num_bins = reader.required<std::int64_t>("num_bins");
    return reader.make<HashedCrossingLayer>(num_bins, reader.options<HashedCrossingOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "HashedCrossing"; }
  [[nodiscard]] Config get_config() const override {
    Config config = Config::map({{"num_bins", num_bins_}});  // without the keys of other layers, as in Keras
    add_fields(config, options_);
    config.set("name", name());
    config.set("dtype", to_string(variable_dtype()));
    return config;
  }
  [[nodiscard]] bool takes_strings() const override { return true; }
  [[nodiscard]] std::int64_t category_count() const override { return num_bins_; }

  void check_inputs(const SymbolList& inputs) const override {
    KCPP_CHECK(inputs.size() >= 2, ValueError, message_start(*this), " crosses two inputs or more, received ",
               inputs.size());
    const Shape first = shape_of(inputs[0].spec());
    for (const Symbol& input : inputs) {
      const Shape shape = shape_of(input.spec());
      KCPP_CHECK(shape == first && shape.ndim() <= 2 && (shape.ndim() < 2 || shape[1] == 1), ShapeError,
                 message_start(*this), " expected inputs of one shape, (), (batch,) or (batch, 1), received ", shape,
                 " beside ", first);
      KCPP_CHECK(is_integer(input.dtype()), DTypeError, message_start(*this),
                 " expected strings or integers, received ", input.dtype());
    }
  }

  [[nodiscard]] TensorSpec output_spec(const std::vector<TensorSpec>& inputs) const override {
    return {compute_dtype(), encoded_shape(shape_of(inputs[0]), options_.output_mode, num_bins_)};
  }

  [[nodiscard]] Tensor compute(const std::vector<Tensor>& inputs) const override {
    constexpr std::uint64_t kFirst = 956888297470;  // the key that TensorFlow starts with
    const Shape shape = shape_of({inputs[0].dtype(), inputs[0].shape()});
    std::vector<std::uint64_t> hashes(static_cast<std::size_t>(shape.size()), kFirst);
    for (const Tensor& input : inputs) {
      std::size_t at = 0;
      if (input.dtype() == DType::UInt8)
        for (const std::string& text : to_strings(input))
          hashes[at] = join_fingerprints(hashes[at], fingerprint64(text)), ++at;
      else
        for (const std::int64_t value : input.astype(DType::Int64).to_vector<std::int64_t>())
          hashes[at] = join_fingerprints(hashes[at], static_cast<std::uint64_t>(value)), ++at;
    }
    std::vector<std::int64_t> bins;
    for (const std::uint64_t hash : hashes)
      bins.push_back(static_cast<std::int64_t>(hash % static_cast<std::uint64_t>(num_bins_)));
    return compute_now(
        encode_categories(constant(Tensor(bins).reshape(shape)), options_.output_mode, num_bins_, compute_dtype()));
  }

 private:
  std::int64_t num_bins_;
};

}  // namespace

Layer Hashing(std::int64_t num_bins, const HashingOptions& options) {
  return make_layer<HashingLayer>(num_bins, options);
}
Layer HashedCrossing(std::int64_t num_bins, const HashedCrossingOptions& options) {
  return make_layer<HashedCrossingLayer>(num_bins, options);
}

ObjectClass hashing_class() { return layer_class<HashingLayer>("Hashing"); }
ObjectClass hashed_crossing_class() { return layer_class<HashedCrossingLayer>("HashedCrossing"); }

}  // namespace kerascpp::layers
