#include "formats.hpp"

#include <cstdio>

#include <kerascpp/saving/keras2.hpp>
#include <kerascpp/saving/onnx.hpp>
#include <kerascpp/saving/saving.hpp>

#include "commands.hpp"
#include "text_files.hpp"

namespace kerascpp::tool {
namespace {

bool is_yaml(const std::string& path) { return ends_with(path, ".yaml") || ends_with(path, ".yml"); }

/// Runs `read`; what goes wrong is told with the file's name.
template <class F>
Model named_by_file(const std::string& path, F read) {
  try {
    return read();
  } catch (Error& error) {
    error.add_context("in file \"" + path + "\"");
    throw;
  }
}

bool is_config(const std::string& path) { return ends_with(path, ".json") || is_yaml(path); }

/// The model of a config, with fresh weights.
Model read_config(const std::string& path) {
  return named_by_file(
      path, [&] { return is_yaml(path) ? model_from_yaml(read_text(path)) : model_from_json(read_text(path)); });
}

}  // namespace

Model read_any(const std::string& path, const std::string& model) {
  if (ends_with(path, ".weights.h5")) {
    if (model.empty()) throw UsageError("\"" + path + "\" holds weights alone: name their model with --model");
    Model target = is_config(model) ? read_config(model) : load_model(model);
    target.load_weights(path);
    return target;
  }
  if (!model.empty()) throw UsageError("--model belongs to a .weights.h5 file, \"" + path + "\" is none");
  if (!is_config(path)) return load_model(path);
  std::fprintf(stderr, "kerascpp: \"%s\" holds no weights: they are freshly initialized\n", path.c_str());
  return read_config(path);
}

void write_any(const Model& model, const std::string& path, bool for_keras2) {
  if (for_keras2 && ends_with(path, ".json")) return write_text(path, saving::to_keras2_json(model) + "\n");
  if (for_keras2 && ends_with(path, ".h5") && !ends_with(path, ".weights.h5")) return saving::save_keras2(model, path);
  if (for_keras2) throw UsageError("--keras2 belongs to .h5 and .json files, \"" + path + "\" is none");
  if (ends_with(path, ".weights.h5")) return model.save_weights(path);
  if (ends_with(path, ".json")) return write_text(path, model.to_json() + "\n");
  if (is_yaml(path)) return write_text(path, model.to_yaml());
  if (ends_with(path, ".onnx")) return saving::export_onnx(model, path);
  KCPP_CHECK(ends_with(path, ".keras") || ends_with(path, ".h5"), ValueError, "\"", path,
             "\" must end in .keras, .h5, .weights.h5, .json, .yaml or .onnx");
  model.save(path);
}

}  // namespace kerascpp::tool
