// FeatureSpaces in `.keras` archives.

#include <kerascpp/utils/feature_space.hpp>

#include "layers/load_scope.hpp"
#include "models/feature_space/feature_space_layer.hpp"
#include "saving/hdf5_file.hpp"
#include "saving/keras_archive.hpp"
#include "saving/legacy_h5.hpp"
#include "saving/weights_file.hpp"

namespace kerascpp::utils {
namespace {

constexpr const char* kWeights = "model.weights.h5";

/// The space with its layers built as in the file, so that weights can be read.
std::shared_ptr<FeatureSpaceLayer> make_stored(const Config& config) {
  const Config* class_name = config.is_map() ? config.find("class_name") : nullptr;
  KCPP_CHECK(class_name != nullptr && class_name->is_string(), FormatError, "expected a config, received ", config);
  KCPP_CHECK(class_name->as_string() == "FeatureSpace", FormatError, "expected a FeatureSpace, the file holds a ",
             class_name->as_string(), "; read models by load_model");
  auto space = std::dynamic_pointer_cast<FeatureSpaceLayer>(deserialize_object("layer", config));
  if (const Config* build = config.find("build_config"); build != nullptr && build->is_map())
    space->build_from_config(*build);
  return space;
}

}  // namespace

void FeatureSpace::save(const std::string& path, bool overwrite) const {
  KCPP_CHECK(path.ends_with(".keras"), ValueError, "[FeatureSpace] \"", path, "\" must end in .keras");
  check_overwrite(path, overwrite);
  static_cast<void>(get_encoded_features());  // complete, so that every layer is there
  ZipWriter archive(path);
  write_archive(archive, space().serialize(), state_entries(*this));
  archive.commit();
}

FeatureSpace FeatureSpace::load(const std::string& path) {
  const ZipReader archive(path);
  const Config config = read_archive_config(archive);
  try {
    const ZipMember* weights = archive.find(kWeights);
    std::optional<LoadScope> scope;
    if (weights != nullptr) scope.emplace(most_weight_bytes(weights->size));
    const FeatureSpace space(make_stored(config));
    scope.reset();
    const std::vector<StateEntry> entries = state_entries(space);
    if (weights != nullptr) read_weights(Hdf5Reader(archive.read(kWeights), path + ": " + kWeights), entries);
    read_assets(archive, entries);
    space.space().set_adapted();
    return space;
  } catch (Error& error) {
    error.add_context(text_of("in file \"", path, "\""));
    throw;
  }
}

}  // namespace kerascpp::utils
