#include "saving/legacy_h5.hpp"

#include "saving/state_tree.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include <kerascpp/backend/values.hpp>
#include <kerascpp/models/model_base.hpp>
#include <kerascpp/saving/json.hpp>

#include "core/atomic_file.hpp"
#include "layers/load_scope.hpp"
#include "models/named_weights.hpp"
#include "models/target_names.hpp"
#include "saving/compile_config.hpp"
#include "saving/keras1/weights.hpp"
#include "saving/keras2/training_config.hpp"
#include "saving/self_check.hpp"
#include "training/trainer.hpp"

namespace kerascpp {
namespace {

constexpr const char* kKerasVersion = "3.15.1";

/// The weights of a layer in the legacy order: trainable ones of the whole layer, then the others.
std::vector<NamedWeight> legacy_weights(const Layer& layer) {
  const std::vector<NamedWeight> paths = named_weights(layer);
  std::vector<NamedWeight> ordered;
  for (const std::vector<Variable>& variables : {layer.trainable_variables(), layer.non_trainable_variables()})
    for (const Variable& variable : variables)
      ordered.push_back(*std::find_if(paths.begin(), paths.end(),
                                      [&](const NamedWeight& named) { return named.variable.is(variable); }));
  return ordered;
}

/// "encoder/dense/kernel:0" -> "dense/kernel"
std::string last_two_parts(std::string name) {
  if (const std::size_t colon = name.rfind(':'); colon != std::string::npos) name.resize(colon);
  std::size_t slash = name.rfind('/');
  if (slash != std::string::npos && slash > 0) slash = name.rfind('/', slash - 1);
  return slash == std::string::npos ? name : name.substr(slash + 1);
}

/// For each weight the place of its array among the stored ones. Layers inside of a model are found by their names
/// where those are the same and differ from one another, as the order of layers is not the same in every Keras.
std::vector<std::size_t> places_of(const std::vector<NamedWeight>& weights, const std::vector<std::string>& stored) {
  std::vector<std::size_t> places(weights.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  std::map<std::string, std::size_t> by_name;
  for (std::size_t i = 0; i < stored.size(); ++i)
    if (!by_name.emplace(last_two_parts(stored[i]), i).second) return places;
  std::vector<std::size_t> found;
  for (const NamedWeight& weight : weights) {
    const auto at = by_name.find(last_two_parts(weight.path));
    if (at == by_name.end()) return places;
    found.push_back(at->second);
    by_name.erase(at);
  }
  return found;
}

void write_weights(Hdf5Writer& file, const std::string& root, const Model& model,
                   const char* keras_version = kKerasVersion) {
  std::vector<std::string> layer_names;
  file.make_group(root.empty() ? "/" : root);
  for (const Layer& layer : model.layers()) {
    const std::string group = root + "/" + layer.name();
    layer_names.push_back(layer.name());
    file.make_group(group);
    std::vector<std::string> weight_names;
    for (const NamedWeight& weight : legacy_weights(layer)) {
      std::string name = weight.path;
      for (int copy = 1; std::find(weight_names.begin(), weight_names.end(), name) != weight_names.end(); ++copy)
        name = weight.path + "_" + std::to_string(copy);
      file.write(group + "/" + name, backend::get_value(weight.variable, {.borrow = true}));
      weight_names.push_back(std::move(name));
    }
    file.set_attribute(group, "weight_names", weight_names);
  }
  const std::string at = root.empty() ? "/" : root;
  file.set_attribute(at, "layer_names", layer_names);
  file.set_attribute(at, "backend", "tensorflow");
  file.set_attribute(at, "keras_version", keras_version);
}

struct Planned {
  Variable variable;
  Tensor value;
};

/// Who wrote a file, as its root or its group of weights says.
struct Origin {
  std::string keras_version;  // empty before 1.2
  std::string backend;

  [[nodiscard]] bool is_keras1() const { return keras_version.empty() || keras_version.rfind("1.", 0) == 0; }
  [[nodiscard]] bool is_before_keras3() const { return is_keras1() || keras_version.rfind("2.", 0) == 0; }
  /// Whether kernels are turned by 180 degrees, where it is known.
  [[nodiscard]] std::optional<bool> turned() const {
    return backend.empty() ? std::optional<bool>() : backend == "theano";
  }
};

Origin origin_of(const Hdf5Reader& file) {
  Origin origin;
  for (const char* at : {"/model_weights", "/"}) {
    if (file.has_attribute(at, "keras_version")) origin.keras_version = file.text_attribute(at, "keras_version");
    if (file.has_attribute(at, "backend")) origin.backend = file.text_attribute(at, "backend");
  }
  return origin;
}

/// The same of a layer from Keras 1, whose arrays differ in number and layout.
std::vector<Planned> match_keras1(const Hdf5Reader& file, const std::string& group, const Layer& layer,
                                  const Origin& origin) {
  Keras1Arrays arrays{file.texts_attribute(group, "weight_names"), {}, origin.turned()};
  for (const std::string& name : arrays.names) arrays.values.push_back(file.read(group + "/" + name));
  std::vector<Planned> planned;
  for (auto& [variable, value] : keras3_weights(layer, arrays)) {
    KCPP_CHECK(value.shape() == variable.shape(), FormatError, "[", file.origin(), "] weight \"", variable.name(),
               "\" of layer \"", layer.name(), "\" has shape ", variable.shape(), ", the file has ", value.shape(),
               " under ", group, " in the layout of Keras 3");
    planned.push_back({variable, std::move(value)});
  }
  return planned;
}

/// The arrays of one stored layer, matched with the weights of `layer`.
std::vector<Planned> match(const Hdf5Reader& file, const std::string& group, const Layer& layer, const Origin& origin) {
  if (origin.is_keras1()) return match_keras1(file, group, layer, origin);
  const std::vector<std::string> names = file.texts_attribute(group, "weight_names");
  const std::vector<NamedWeight> weights = legacy_weights(layer);
  KCPP_CHECK(names.size() == weights.size(), FormatError, "[", file.origin(), "] layer \"", layer.name(), "\" has ",
             weights.size(), " weights, the file has ", names.size(), " under ", group);
  std::vector<Planned> planned;
  const std::vector<std::size_t> places = places_of(weights, names);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const std::string path = group + "/" + names[places[i]];
    const Variable& variable = weights[i].variable;
    const Shape shape = file.shape(path);
    KCPP_CHECK(shape == variable.shape(), FormatError, "[", file.origin(), "] weight \"", variable.name(),
               "\" of layer \"", layer.name(), "\" has shape ", variable.shape(), ", the file has ", shape, " under ",
               path);
    planned.push_back({variable, file.read(path)});
  }
  return planned;
}

void set(const std::vector<Planned>& planned) {
  for (const Planned& item : planned) backend::set_value(item.variable, item.value, {.borrow = true});
}

/// Slots of Keras 1 in the layout of Keras 3, and in the order of the model's trainable weights.
std::vector<Tensor> slots_from_keras1(const Hdf5Reader& file, const Model& model, const std::vector<Tensor>& stored,
                                      const Origin& origin) {
  std::vector<Keras1Layer> layers;  // in the order of the file
  for (const std::string& name : file.texts_attribute("/model_weights", "layer_names"))
    for (const Layer& layer : model.layers())
      if (layer.name() == name)
        layers.push_back({layer, file.texts_attribute("/model_weights/" + name, "weight_names")});
  const std::size_t count = trainable_arrays(layers);
  KCPP_CHECK(count > 0 && stored.size() % count == 0, FormatError, "[", file.origin(), "] there are ", count,
             " arrays of trainable weights, and ", stored.size(), " of the optimizer for them");
  std::vector<Tensor> slots;
  for (std::size_t first = 0; first < stored.size(); first += count) {
    const auto begin = stored.begin() + static_cast<std::ptrdiff_t>(first);
    const auto converted = keras3_slots(layers, {begin, begin + static_cast<std::ptrdiff_t>(count)}, origin.turned());
    for (const Variable& variable : model.trainable_variables())
      for (const auto& [owner, slot] : converted)
        if (owner.is(variable)) slots.push_back(slot);
  }
  return slots;
}

void read_optimizer(const Hdf5Reader& file, const Model& model) {
  if (!file.is_group("/optimizer_weights") || !file.has_attribute("/optimizer_weights", "weight_names")) return;
  const std::vector<std::string> names = file.texts_attribute("/optimizer_weights", "weight_names");
  if (names.empty()) return;
  std::vector<Tensor> values;
  for (const std::string& name : names) values.push_back(file.read("/optimizer_weights/" + name));
  const Origin origin = origin_of(file);
  if (origin.is_before_keras3()) {
    // some optimizers of old keep no counter
    Tensor counter;
    if (values.front().ndim() == 0) {
      counter = values.front();
      values.erase(values.begin());
    }
    if (origin.is_keras1()) values = slots_from_keras1(file, model, values, origin);
    values.insert(values.begin(), counter);
    values = keras3_optimizer_state(*model.optimizer().object(), names, values);
  }
  set_optimizer_state(*model.optimizer().object(), values);
}

void compile_as_stored(const Hdf5Reader& file, const Model& model) {
  Config training = parse_json(file.text_attribute("/", "training_config"), file.origin() + ": training_config");
  if (origin_of(file).is_before_keras3())
    training = keras3_compile_config(training, target_names(*model.model_base()));
  else if (const Config* optimizer = training.find("optimizer_config"))
    training.set("optimizer", Config(*optimizer));
  model.compile(compile_options(training));
  if (!model.trainable_variables().empty()) model.optimizer()->build(model.trainable_variables());
  read_optimizer(file, model);
}

}  // namespace

void load_legacy_weights(const Model& model, const Hdf5Reader& file, bool by_name, const ReadWeightsOptions& options) {
  const std::string root = file.is_group("/model_weights") ? "/model_weights" : "";
  std::vector<std::string> stored;  // layers with weights
  for (const std::string& name : file.texts_attribute(root.empty() ? "/" : root, "layer_names"))
    if (!file.texts_attribute(root + "/" + name, "weight_names").empty()) stored.push_back(name);
  std::vector<Layer> layers;
  for (const Layer& layer : model.layers())
    if (!layer.weights().empty()) layers.push_back(layer);
  const auto is_stored = [&stored](const Layer& layer) {
    return std::find(stored.begin(), stored.end(), layer.name()) != stored.end();
  };
  std::vector<std::pair<std::string, Layer>> pairs;
  if (by_name || (stored.size() == layers.size() && std::all_of(layers.begin(), layers.end(), is_stored))) {
    for (const Layer& layer : layers)
      if (is_stored(layer)) pairs.emplace_back(layer.name(), layer);
  } else {
    KCPP_CHECK(stored.size() == layers.size(), FormatError, "[", file.origin(), "] the model has ", layers.size(),
               " layers with weights, the file has ", stored.size(), "; by_name loads those that have equal names");
    for (std::size_t i = 0; i < layers.size(); ++i) pairs.emplace_back(stored[i], layers[i]);
  }
  LoadReport report;
  for (const Layer& layer : layers)
    if (std::none_of(pairs.begin(), pairs.end(), [&](const auto& pair) { return pair.second.is(layer); }))
      report.skipped.push_back(layer.name());
  for (const std::string& name : stored)
    if (std::none_of(pairs.begin(), pairs.end(), [&](const auto& pair) { return pair.first == name; }))
      report.unused.push_back(name);

  const Origin origin = origin_of(file);
  const bool is_large = file.size() > kMostBytesKept;
  std::vector<std::vector<Planned>> planned;
  std::vector<std::pair<std::string, Layer>> matched;
  for (const auto& [name, layer] : pairs) {
    try {
      std::vector<Planned> items = match(file, root + "/" + name, layer, origin);
      if (options.is_fresh)
        set(items);
      else if (!is_large)
        planned.push_back(std::move(items));
      matched.emplace_back(name, layer);
      report.matched.push_back(layer.name());
    } catch (const FormatError& error) {
      if (!options.skip_mismatch) throw;
      report.mismatched.push_back({layer.name(), error.what()});
    }
  }
  for (const std::vector<Planned>& items : planned) set(items);
  if (is_large && !options.is_fresh)  // again, now that all of it is known to be sound
    for (const auto& [name, layer] : matched) set(match(file, root + "/" + name, layer, origin));
  if (options.report != nullptr) *options.report = std::move(report);
}

Model load_legacy_h5(const std::string& path, const LoadOptions& options) {
  const Hdf5Reader file(path);
  KCPP_CHECK(file.has_attribute("/", "model_config"), FormatError, "[", path,
             "] holds no model, only arrays: build the model in code and use load_weights");
  Model model;
  try {
    const LoadScope scope(most_weight_bytes(file.size()));
    Config config = parse_json(file.text_attribute("/", "model_config"), path + ": model_config");
    const Origin origin = origin_of(file);
    if (!origin.keras_version.empty() && origin.is_keras1()) config.set("keras_version", origin.keras_version);
    model = model_from_config(config);
  } catch (Error& error) {
    error.add_context(text_of("in file \"", path, "\""));
    throw;
  }
  try {
    load_legacy_weights(model, file, false, {.is_fresh = true});
    if (options.compile && file.has_attribute("/", "training_config")) compile_as_stored(file, model);
    if (options.verify) verify_self_check(model, path, read_self_check(file));
  } catch (Error& error) {
    error.add_context(text_of("in file \"", path, "\""));
    throw;
  }
  return model;
}

namespace {

/// What the arrays of a model take in a file, and somewhat more for what describes them.
std::uint64_t expected_bytes(const Model& model, bool with_optimizer) {
  std::uint64_t bytes = 0;
  const auto count = [&bytes](const std::vector<Variable>& variables) {
    for (const Variable& variable : variables)
      bytes += 1024 + static_cast<std::uint64_t>(variable.shape().size()) * itemsize(variable.dtype());
  };
  count(model.weights());
  if (with_optimizer && model.compiled()) count(model.optimizer()->variables());
  return bytes + 4096 * model.layers().size();
}

}  // namespace

void save_legacy_h5(const Model& model, const std::string& path, const SaveOptions& options) {
  for (const StateEntry& entry : state_entries(model, false))
    KCPP_CHECK(
        entry.owner == nullptr || entry.owner->assets().empty(), ValueError, "[save] layer \"", entry.name,
        "\" has learned a vocabulary, for which an HDF5 file has no place: save the model as .keras, or give the "
        "layer its vocabulary as an option");
  Hdf5Writer file(expected_bytes(model, options.include_optimizer));
  Config config = model_config(model, false);
  file.set_attribute("/", "backend", "tensorflow");
  file.set_attribute("/", "keras_version", kKerasVersion);
  file.set_attribute("/", "model_config",
                     to_json(Config::map({{"class_name", config.at("class_name")}, {"config", config.at("config")}})));
  write_weights(file, "/model_weights", model);
  if (model.compiled()) {
    Config training = compile_config(model.trainer().options());
    // that of the file's state, which may be one around the optimizer of compile
    training.set("optimizer_config", serialize_object("optimizer", *model.optimizer().object()));
    training.erase("optimizer");
    file.set_attribute("/", "training_config", to_json(training));
    if (options.include_optimizer) {
      const Optimizer optimizer = model.optimizer();
      std::vector<std::string> names;
      for (const Variable& variable : optimizer->variables()) {
        std::string name = optimizer->arguments().name + "/" + variable.name();
        for (int copy = 1; std::find(names.begin(), names.end(), name) != names.end(); ++copy)
          name = optimizer->arguments().name + "/" + variable.name() + "_" + std::to_string(copy);
        file.write("/optimizer_weights/" + name, variable.get_value());
        names.push_back(std::move(name));
      }
      file.set_attribute("/optimizer_weights", "weight_names", names);
    }
  }
  if (options.self_check.wanted()) add_self_check(file, make_self_check(model, options.self_check));
  write_file(path, file.finish().bytes());
}

Hdf5Image legacy_file(const Model& model, const Config& config, const char* keras_version) {
  Hdf5Writer file(expected_bytes(model, false));
  file.set_attribute("/", "backend", "tensorflow");
  file.set_attribute("/", "keras_version", keras_version);
  file.set_attribute("/", "model_config", to_json(config));
  write_weights(file, "/model_weights", model, keras_version);
  return file.finish();
}

void save_legacy_weights(const Model& model, const std::string& path) {
  Hdf5Writer file(expected_bytes(model, false));
  write_weights(file, "", model);
  write_file(path, file.finish().bytes());
}

}  // namespace kerascpp
