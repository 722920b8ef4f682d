#include <kerascpp/saving/weights.hpp>

#include "core/atomic_file.hpp"
#include "saving/keras_archive.hpp"
#include "saving/legacy_h5.hpp"
#include "saving/state_tree.hpp"
#include "saving/weights_file.hpp"

namespace kerascpp {
namespace {

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

void add_line(std::string& text, const char* title, const std::vector<std::string>& names) {
  text += title;
  for (std::size_t i = 0; i < names.size(); ++i) text += (i == 0 ? " " : ", ") + names[i];
  text += names.empty() ? " none\n" : "\n";
}

}  // namespace

std::string LoadReport::text() const {
  std::string text;
  add_line(text, "matched:", matched);
  add_line(text, "not in the file:", skipped);
  add_line(text, "not in the model:", unused);
  for (const LoadMismatch& mismatch : mismatched)
    text += "does not fit: " + mismatch.layer + ": " + mismatch.reason + "\n";
  return text;
}

LoadReport load_weights(const Model& model, const std::string& path, const LoadWeightsOptions& options) {
  LoadReport report;
  const ReadWeightsOptions read{.skip_mismatch = options.skip_mismatch, .report = &report};
  const auto check_names = [&](bool has_names) {
    KCPP_CHECK(!options.by_name || has_names, ValueError, "[load_weights] \"", path,
               "\" numbers its layers by class and has no names; by_name needs the layout of Keras 2");
  };
  if (ends_with(path, ".json")) {
    check_names(false);
    read_weights(ShardedStore(path), state_entries(model, false), read);
    return report;
  }
  const Hdf5Reader file(path);
  if (file.has_attribute("/", "layer_names") || file.has_attribute("/", "layer_names0") ||
      file.is_group("/model_weights")) {
    load_legacy_weights(model, file, options.by_name, read);
  } else {
    check_names(false);
    read_weights(file, state_entries(model, false), read);
  }
  return report;
}

void save_weights(const Model& model, const std::string& path, const SaveWeightsOptions& options) {
  check_overwrite(path, options.overwrite);
  if (options.max_shard_size) {
    KCPP_CHECK(ends_with(path, ".weights.json"), ValueError, "[save_weights] \"", path,
               "\" must end in .weights.json when max_shard_size is given");
    KCPP_CHECK(*options.max_shard_size > 0, ValueError, "[save_weights] max_shard_size must be above 0, received ",
               *options.max_shard_size);
    constexpr double kUnit = 1 << 30;
    return write_shards(path, state_entries(model, false), *options.max_shard_size * kUnit);
  }
  KCPP_CHECK(ends_with(path, ".h5"), ValueError, "[save_weights] \"", path, "\" must end in .weights.h5 or .h5");
  if (ends_with(path, ".weights.h5"))
    write_file(path, weights_file(state_entries(model, false)).bytes());
  else
    save_legacy_weights(model, path);
}

void Model::save_weights(const std::string& path, bool overwrite) const {
  kerascpp::save_weights(*this, path, {.overwrite = overwrite});
}

void Model::load_weights(const std::string& path, const LoadWeightsOptions& options) const {
  kerascpp::load_weights(*this, path, options);
}

}  // namespace kerascpp
