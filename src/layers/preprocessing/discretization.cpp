#include <algorithm>

#include <kerascpp/layers/preprocessing.hpp>
#include <kerascpp/ops/sorting.hpp>

#include "layers/options_layer.hpp"
#include "layers/preprocessing/categories.hpp"
#include "layers/preprocessing/category_count.hpp"
#include "layers/preprocessing/families.hpp"
#include "layers/preprocessing/quantile_summary.hpp"

namespace kerascpp::layers {
namespace {

class DiscretizationLayer final : public OptionsLayer<DiscretizationOptions>, public Adaptable, public CategoryCount {
 public:
  explicit DiscretizationLayer(DiscretizationOptions options) : OptionsLayer(std::move(options)) {
    check_output_mode("Discretization", options_.output_mode, "int one_hot multi_hot count");
    check_not_sparse("Discretization", options_.sparse);
    KCPP_CHECK(options_.num_bins.value_or(0) >= 0, ValueError,
               "[Discretization] num_bins must be at least 0, received ", *options_.num_bins);
    KCPP_CHECK(options_.epsilon > 0, ValueError, "[Discretization] epsilon must be above 0, received ",
               options_.epsilon);
    KCPP_CHECK(!options_.bin_boundaries.empty() || options_.num_bins, ValueError,
               "[Discretization] needs either bin_boundaries or num_bins, received neither");
  }

  /// Boundaries beside num_bins are those that were learned.
  [[nodiscard]] static std::shared_ptr<DiscretizationLayer> from_config(const Config& config) {
    LayerReader reader(config, "Discretization");
    auto options = reader.options<DiscretizationOptions>();
    std::optional<std::vector<double>> boundaries;
    reader.optional("bin_boundaries", boundaries);
    options.bin_boundaries = boundaries.value_or(std::vector<double>());
    return reader.make<DiscretizationLayer>(options);
  }

  [[nodiscard]] std::string class_name() const override { return "Discretization"; }
  [[nodiscard]] Config get_config() const override {
    Config config = Config::map();  // without the keys of other layers, as in Keras
    config.set("bin_boundaries", options_.bin_boundaries.empty() ? Config() : to_config(options_.bin_boundaries));
    add_fields(config, options_);
    config.set("name", name());
    config.set("dtype", to_string(variable_dtype()));
    return config;
  }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    KCPP_CHECK(!options_.bin_boundaries.empty(), ValueError, message_start(*this),
               " does not know its bins yet: give bin_boundaries, or call adapt(data) first");
    if (!boundaries_.defined()) boundaries_ = Variable(boundaries(), "bin_boundaries");
    const Symbol bins = ops::digitize(inputs[0], boundaries_.symbol());
    const DType dtype = options_.output_mode == "int" ? DType::Int32 : compute_dtype();
    return encode_categories(bins, options_.output_mode, boundaries_.shape()[0] + 1, dtype);
  }

  void check_inputs(const SymbolList& inputs) const override { check_single_input(*this, inputs); }

  [[nodiscard]] bool is_adaptable() const override { return options_.num_bins.has_value(); }
  [[nodiscard]] std::int64_t category_count() const override {
    return options_.num_bins.value_or(static_cast<std::int64_t>(options_.bin_boundaries.size()) + 1);
  }
  void adapt(const std::vector<Tensor>& batches) override {
    KCPP_CHECK(options_.num_bins.has_value(), ValueError, message_start(*this),
               " was given bin_boundaries: there is nothing to adapt; give num_bins instead");
    QuantileSummary summary(options_.epsilon);
    for (const Tensor& batch : batches) summary.add(batch);
    const std::vector<float> found = summary.boundaries(*options_.num_bins);
    KCPP_CHECK(!found.empty() || *options_.num_bins <= 1, ValueError, message_start(*this),
               " received too little data to find ", *options_.num_bins, " bins");
    const auto length = static_cast<std::int64_t>(found.size());
    KCPP_CHECK(!boundaries_.defined() || boundaries_.shape()[0] == length, ValueError, message_start(*this),
               " is in use with ", boundaries_.shape()[0] + 1, " bins, but the data gives ", length + 1);
    options_.bin_boundaries.assign(found.begin(), found.end());
    if (boundaries_.defined()) boundaries_.set_value(boundaries());
  }

 private:
  [[nodiscard]] Tensor boundaries() const { return Tensor(options_.bin_boundaries).astype(DType::Float32); }

  Variable boundaries_;  // so that models that call the layer see what it learns later; no weight
};

}  // namespace

AdaptableLayer Discretization(const DiscretizationOptions& options) {
  KCPP_CHECK(options.bin_boundaries.empty() || !options.num_bins, ValueError,
             "[Discretization] bin_boundaries and num_bins cannot both be given");
  return AdaptableLayer(std::make_shared<DiscretizationLayer>(options));
}

ObjectClass discretization_class() { return layer_class<DiscretizationLayer>("Discretization"); }

}  // namespace kerascpp::layers
