#include "saving/self_check.hpp"

#include <algorithm>
#include <cmath>

#include <kerascpp/core/npy.hpp>
#include <kerascpp/core/random.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/models/model_base.hpp>
#include <kerascpp/saving/json.hpp>

#include "layers/host_layer.hpp"
#include "ops/dtype_limits.hpp"
#include "saving/keras_archive.hpp"
#include "training/host_part.hpp"
#include "utils/digest.hpp"

namespace kerascpp {
namespace {

constexpr const char* kFolder = "kerascpp/self_check/";
constexpr std::uint64_t kLargestArray = 1U << 30U;

/// What inference computes; states of stateful layers and random streams stay as they are.
std::vector<Tensor> outputs_of(const Model& model, const std::vector<Tensor>& inputs) {
  const HostPart host(model.inputs(), model.outputs());
  FunctionOptions options;
  options.givens = {{learning_phase(), false}};
  options.no_default_updates = true;
  options.name = model.name() + " self-check";
  const Function function(SymbolList(host.graph_inputs()), model.outputs(), std::move(options));
  return function(TensorList(host.compute(inputs))).vector();
}

/// Numbers for one input, the same for every model: normal ones, or 0 and 1 where they may be indices.
Tensor drawn_input(const Symbol& input, std::int64_t unknown, std::uint64_t number) {
  Shape shape = input.shape();
  for (int axis = 0; axis < shape.ndim(); ++axis)
    if (shape[axis] == None) shape[axis] = axis == 0 ? 2 : unknown;
  RandomStream stream(number + 1);
  if (is_floating(input.dtype())) return stream.normal(shape).astype(input.dtype());
  return stream.randint(0, 2, shape).astype(input.dtype());
}

/// Halves have few digits, and nothing needs more than float32 gives.
double tolerance_for(const std::vector<Tensor>& outputs, DType compute_dtype) {
  double epsilon = ops::machine_epsilon(DType::Float32);
  const auto widen = [&epsilon](DType dtype) {
    if (is_floating(dtype)) epsilon = std::max(epsilon, ops::machine_epsilon(dtype));
  };
  for (const Tensor& output : outputs) widen(output.dtype());
  widen(compute_dtype);
  constexpr double kRounding = 128;  // roundings of one element that differ between kernels
  return std::min(kRounding * epsilon, 0.1);
}

/// Over dtype, shape and bytes of every weight, in the order of `model.weights`.
std::string sha256_of_weights(const Model& model) {
  utils::Sha256 digest;
  for (const Tensor& weight : model.get_weights()) {
    digest.update(text_of(weight.dtype(), weight.shape()));
    digest.update({static_cast<const char*>(weight.raw()), weight.nbytes()});
  }
  return digest.finish();
}

Config names_config(const std::vector<std::string>& names) {
  Config::List list;
  for (const std::string& name : names) list.emplace_back(name);
  return Config(std::move(list));
}

Config check_config(const StoredCheck& check) {
  return Config::map({{"inputs", names_config(check.input_names)},
                      {"outputs", names_config(check.output_names)},
                      {"tolerance", check.tolerance},
                      {"sha256", check.sha256}});
}

std::vector<std::string> names_in(const Config& config) {
  std::vector<std::string> names;
  for (const Config& name : config.as_list()) names.push_back(name.as_string());
  return names;
}

/// Reads what `array` gives under "inputs/0", "outputs/0" and so on.
template <class ReadArray>
StoredCheck read_check(const Config& config, const ReadArray& array) {
  StoredCheck check;
  check.input_names = names_in(config.at("inputs"));
  check.output_names = names_in(config.at("outputs"));
  check.tolerance = config.at("tolerance").as_double();
  check.sha256 = config.at("sha256").as_string();
  KCPP_CHECK(check.tolerance >= 0 && check.tolerance <= 0.1, FormatError, "the tolerance of the stored sample is ",
             check.tolerance);
  for (std::size_t i = 0; i < check.input_names.size(); ++i) check.inputs.push_back(array(text_of("inputs/", i)));
  for (std::size_t i = 0; i < check.output_names.size(); ++i) check.outputs.push_back(array(text_of("outputs/", i)));
  return check;
}

template <class AddArray>
void add_arrays(const StoredCheck& check, const AddArray& add) {
  // no format of arrays here knows bfloat16
  const auto plain = [](const Tensor& x) { return x.dtype() == DType::BFloat16 ? x.astype(DType::Float32) : x; };
  for (std::size_t i = 0; i < check.inputs.size(); ++i) add(text_of("inputs/", i), plain(check.inputs[i]));
  for (std::size_t i = 0; i < check.outputs.size(); ++i) add(text_of("outputs/", i), plain(check.outputs[i]));
}

/// "(1, 3)" for a place in row-major order.
std::string place_text(const Shape& shape, std::int64_t at) {
  Shape place = shape;
  for (int axis = shape.ndim(); axis-- > 0;) {
    place[axis] = at % shape[axis];
    at /= shape[axis];
  }
  return to_string(place);
}

void compare(const std::string& path, const std::string& name, const Tensor& computed, const Tensor& stored,
             double tolerance) {
  KCPP_CHECK(computed.shape() == stored.shape(), FormatError, "[verify] \"", path, "\": output \"", name,
             "\" has shape ", computed.shape(), ", the stored one ", stored.shape());
  const std::vector<double> now = computed.astype(DType::Float64).to_vector<double>();
  const std::vector<double> then = stored.astype(DType::Float64).to_vector<double>();
  double largest = 0;
  for (const double value : then)
    if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
  for (std::size_t i = 0; i < now.size(); ++i) {
    const bool same = now[i] == then[i] || (std::isnan(now[i]) && std::isnan(then[i]));
    KCPP_CHECK(same || std::abs(now[i] - then[i]) <= tolerance * largest, FormatError, "[verify] \"", path,
               "\": output \"", name, "\" differs from the stored one at ",
               place_text(stored.shape(), static_cast<std::int64_t>(i)), ": computed ", now[i], ", stored ", then[i],
               ", allowed difference ", tolerance * largest);
  }
}

}  // namespace

StoredCheck make_self_check(const Model& model, const SelfCheck& wanted) {
  StoredCheck check;
  check.input_names = model.input_names();
  check.output_names = model.output_names();
  if (!wanted.sample().empty()) {
    check.inputs = wanted.sample().ordered(check.input_names, "self_check");
    for (std::size_t i = 0; i < check.inputs.size(); ++i)
      if (is_floating(model.inputs()[i].dtype())) check.inputs[i] = check.inputs[i].astype(model.inputs()[i].dtype());
    check.outputs = outputs_of(model, check.inputs);
  } else {
    for (const Symbol& input : model.inputs())
      KCPP_CHECK(!holds_strings(input), ValueError, "[save] model \"", model.name(),
                 "\" takes strings, of which none can be drawn: give self_check a sample of your own");
    // unknown lengths: the first that the model takes
    for (const std::int64_t unknown : {8, 32, 75, 224}) {
      check.inputs.clear();
      std::uint64_t number = 0;
      for (const Symbol& input : model.inputs()) check.inputs.push_back(drawn_input(input, unknown, number++));
      try {
        check.outputs = outputs_of(model, check.inputs);
        break;
      } catch (const ShapeError&) {
        if (unknown == 224) throw;
      }
    }
  }
  check.tolerance = tolerance_for(check.outputs, model->compute_dtype());
  check.sha256 = sha256_of_weights(model);
  return check;
}

void add_self_check(ZipWriter& archive, const StoredCheck& check) {
  archive.add(text_of(kFolder, "check.json"), to_json(check_config(check)));
  add_arrays(check, [&](const std::string& name, const Tensor& array) {
    archive.add(kFolder + name + ".npy", npy_from_tensor(array));
  });
}

void add_self_check(Hdf5Writer& file, const StoredCheck& check) {
  add_arrays(check, [&](const std::string& name, const Tensor& array) { file.write("/" + (kFolder + name), array); });
  file.set_attribute("/kerascpp/self_check", "check", to_json(check_config(check)));
}

std::optional<StoredCheck> read_self_check(const ZipReader& archive) {
  const std::string name = text_of(kFolder, "check.json");
  if (archive.find(name) == nullptr) return {};
  return read_check(read_json_member(archive, name.c_str()), [&](const std::string& array) {
    const std::string member = kFolder + array + ".npy";
    const ZipMember* const found = archive.find(member);
    KCPP_CHECK(found == nullptr || found->size <= kLargestArray, FormatError, "[", archive.path(), "] member ", member,
               " has ", found == nullptr ? 0 : found->size, " bytes, at most ", kLargestArray, " are read");
    return tensor_from_npy(archive.read(member), archive.path() + ": " + member);
  });
}

std::optional<StoredCheck> read_self_check(const Hdf5Reader& file) {
  if (!file.is_group("/kerascpp") || !file.is_group("/kerascpp/self_check")) return {};
  return read_check(parse_json(file.text_attribute("/kerascpp/self_check", "check"), file.origin() + ": self-check"),
                    [&](const std::string& array) { return file.read("/" + (kFolder + array)); });
}

void verify_self_check(const Model& model, const std::string& path, const std::optional<StoredCheck>& check) {
  KCPP_CHECK(check.has_value(), FormatError, "[verify] \"", path,
             "\" keeps no sample and outputs to verify by: save it with self_check");
  KCPP_CHECK(check->inputs.size() == model.inputs().size() && check->outputs.size() == model.outputs().size(),
             FormatError, "[verify] \"", path, "\" keeps a sample for ", check->inputs.size(), " inputs and ",
             check->outputs.size(), " outputs, the model has ", model.inputs().size(), " and ", model.outputs().size());
  const std::string sum = sha256_of_weights(model);
  KCPP_CHECK(sum == check->sha256, FormatError, "[verify] \"", path,
             "\": the weights are not those that were saved: their SHA-256 sum is ", sum, ", the stored one ",
             check->sha256);
  std::vector<Tensor> inputs = check->inputs;
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (is_floating(model.inputs()[i].dtype())) inputs[i] = inputs[i].astype(model.inputs()[i].dtype());
  const std::vector<Tensor> outputs = outputs_of(model, inputs);
  for (std::size_t i = 0; i < outputs.size(); ++i)
    compare(path, check->output_names[i], outputs[i], check->outputs[i], check->tolerance);
}

}  // namespace kerascpp
