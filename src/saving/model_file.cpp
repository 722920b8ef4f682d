#include <fstream>
#include <optional>

#include <kerascpp/core/fields_config.hpp>
#include <kerascpp/models/model_base.hpp>
#include <kerascpp/saving/custom_objects.hpp>
#include <kerascpp/saving/json.hpp>
#include <kerascpp/saving/onnx.hpp>
#include <kerascpp/saving/saving.hpp>
#include <kerascpp/saving/yaml.hpp>

#include "core/atomic_file.hpp"
#include "layers/load_scope.hpp"
#include "models/sequential.hpp"
#include "models/target_names.hpp"
#include "saving/compile_config.hpp"
#include "saving/keras2/training_config.hpp"
#include "saving/keras_archive.hpp"
#include "saving/legacy_h5.hpp"
#include "saving/self_check.hpp"
#include "saving/state_tree.hpp"
#include "saving/weights_file.hpp"
#include "saving/zip_archive.hpp"
#include "training/trainer.hpp"

namespace kerascpp {
namespace {

constexpr const char* kStreams = "kerascpp/random_streams.json";

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

/// The first bytes of a file.
std::string magic(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  KCPP_CHECK(file.good(), IoError, "[load_model] cannot open \"", path, "\"");
  std::string bytes(8, '\0');
  file.read(bytes.data(), 8);
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

/// Compiles as stored and makes the optimizer's slots, so that their values can be read.
void compile_as_stored(const Model& model, const Config& config) {
  model.compile(compile_options(config));
  const std::vector<Variable> trainable = model.trainable_variables();
  if (!trainable.empty()) model.optimizer()->build(trainable);
}

/// What the file holds of the optimizer: without slots when it was saved before its first step.
StateEntry optimizer_entry(const Model& model, const Hdf5Reader& file) {
  const Optimizer optimizer = model.optimizer();
  StateEntry entry{"optimizer", optimizer->arguments().name, optimizer->variables()};
  const std::vector<Variable> first = optimizer->variables_before_build();
  const std::size_t stored = file.is_group("/optimizer/vars") ? file.children("/optimizer/vars").size() : 0;
  if (stored == first.size()) entry.variables = first;
  return entry;
}

/// The same of a file that Keras 2 wrote, which keeps fewer values.
void read_keras2_optimizer(const Model& model, const Hdf5Reader& file) {
  std::vector<Tensor> values;
  const std::size_t stored = file.is_group("/optimizer/vars") ? file.children("/optimizer/vars").size() : 0;
  if (stored < 2) return;  // before its first step
  for (std::size_t i = 0; i < stored; ++i) values.push_back(file.read("/optimizer/vars/" + std::to_string(i)));
  const OptimizerBase& optimizer = *model.optimizer().object();
  set_optimizer_state(optimizer, keras3_optimizer_state(optimizer, {"iteration:0"}, values));
}

bool is_of_keras2(const ZipReader& archive) {
  if (archive.find("metadata.json") == nullptr) return false;
  const Config metadata = read_json_member(archive, "metadata.json");
  const Config* version = metadata.is_map() ? metadata.find("keras_version") : nullptr;
  return version != nullptr && version->is_string() && version->as_string().rfind("2.", 0) == 0;
}

Model load_keras(const std::string& path, const LoadOptions& options) {
  const ZipReader archive(path);
  const Config config = read_archive_config(archive);
  Model model;
  try {
    std::optional<LoadScope> scope;  // without stored weights they are initialized
    if (const ZipMember* weights = archive.find("model.weights.h5")) scope.emplace(most_weight_bytes(weights->size));
    model = model_from_config(config);
  } catch (Error& error) {
    error.add_context(text_of("in file \"", path, "\""));
    throw;
  }
  const Config* compile = config.find("compile_config");
  // an empty map: it was not compiled
  const bool keras2 = is_of_keras2(archive);
  if (options.compile && compile != nullptr && !compile->is_null() && compile->size() > 0) {
    Config stored = *compile;
    if (keras2) convert_keras2_metrics(stored, target_names(*model.model_base()));
    compile_as_stored(model, stored);
  }
  const std::vector<StateEntry> entries = state_entries(model, false);
  if (archive.find("model.weights.h5") != nullptr) {
    const Hdf5Reader file(std::make_shared<ZipMemberBytes>(archive, "model.weights.h5"), path + ": model.weights.h5");
    read_weights(file, entries, {.is_fresh = true});
    if (model.compiled() && file.is_group("/optimizer") && keras2)
      read_keras2_optimizer(model, file);
    else if (model.compiled() && file.is_group("/optimizer"))
      read_weights(file, {optimizer_entry(model, file)}, {.is_fresh = true});
  }
  read_assets(archive, entries);
  if (archive.find(kStreams) != nullptr) read_streams(model, read_json_member(archive, kStreams));
  if (options.verify) verify_self_check(model, path, read_self_check(archive));
  return model;
}

void save_keras(const Model& model, const std::string& path, const SaveOptions& options) {
  const bool with_optimizer = options.include_optimizer && model.compiled();
  ZipWriter archive(path);
  write_archive(archive, model_config(model, with_optimizer), state_entries(model, with_optimizer));
  if (const Config streams = streams_config(model); streams.size() > 0) archive.add(kStreams, to_json(streams));
  if (options.self_check.wanted()) add_self_check(archive, make_self_check(model, options.self_check));
  archive.commit();
}

}  // namespace

Config model_config(const Model& model, bool with_compile) {
  Config config = model.base()->serialize();
  if (!with_compile) config.set("compile_config", Config::map());
  return config;
}

Model load_model(const std::string& path, const LoadOptions& options) {
  const saving::CustomObjectScope scope(options.custom_objects);
  const std::string first = magic(path);
  if (first.rfind("PK", 0) == 0) return load_keras(path, options);
  if (first == "\x89HDF\r\n\x1a\n") return load_legacy_h5(path, options);
  // an ONNX file begins with the number of its IR version
  if (first.size() > 2 && first[0] == 8 && first[1] > 0 && first[1] < 32) {
    KCPP_CHECK(!options.verify, FormatError, "[load_model] \"", path, "\" is an ONNX file, which keeps no sample");
    return saving::load_onnx(path);
  }
  throw FormatError(text_of("[load_model] \"", path, "\" is neither a .keras archive nor an HDF5 or ONNX file"));
}

void save_model(const Model& model, const std::string& path, const SaveOptions& options) {
  check_overwrite(path, options.overwrite);
  if (ends_with(path, ".keras")) return save_keras(model, path, options);
  if (ends_with(path, ".h5") || ends_with(path, ".hdf5")) return save_legacy_h5(model, path, options);
  throw ValueError(text_of("[save] \"", path, "\" must end in .keras or .h5"));
}

void Model::save(const std::string& path, const SaveOptions& options) const { save_model(*this, path, options); }

std::string Model::to_json(const ToJsonOptions& options) const {
  return kerascpp::to_json(model_config(*this, true), options.indent);
}

Model Model::from_config(const Config& config) {
  if (config.contains("class_name")) return model_from_config(config);
  const char* name = config.contains("input_layers") ? "Functional" : "Sequential";
  return model_from_config(Config::map({{"class_name", name}, {"config", config}}));
}

std::string Model::to_yaml() const { return kerascpp::to_yaml(model_config(*this, true)); }

}  // namespace kerascpp
