#include <kerascpp/saving/function.hpp>

#include <cstring>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/npy.hpp>
#include <kerascpp/graph/graph_config.hpp>
#include <kerascpp/saving/json.hpp>

#include "saving/graph_members.hpp"
#include "saving/zip_archive.hpp"

namespace kerascpp {
namespace {

constexpr std::int64_t kVersion = 1;
constexpr const char* kGraphMember = "graph.json";

std::string array_member(const std::string& prefix, std::size_t number) {
  return text_of(prefix, "arrays/", number, ".npy");
}

// the .npy format knows no bfloat16: its bits are stored
Tensor as_bits(const Tensor& tensor, DType from, DType to) {
  if (tensor.dtype() != from) return tensor;
  Tensor bits = Tensor::empty(tensor.shape(), to);
  if (tensor.nbytes() > 0) std::memcpy(bits.raw(), tensor.raw(), tensor.nbytes());
  return bits;
}

Config options_config(const FunctionOptions& options) {
  Config excluding = Config::list({});
  for (const std::string& pass : options.excluding) excluding.push_back(pass);
  return Config::map({{"mode", options.mode.name()},
                      {"excluding", excluding},
                      {"name", options.name},
                      {"allow_input_downcast", options.allow_input_downcast},
                      {"on_unused_input", options.on_unused_input}});
}

FunctionOptions options_from(const Config& config) {
  FunctionOptions options;
  options.mode = config.at("mode").as_string();
  for (const Config& pass : config.at("excluding").as_list()) options.excluding.push_back(pass.as_string());
  options.name = config.at("name").as_string();
  options.allow_input_downcast = config.at("allow_input_downcast").as_bool();
  options.on_unused_input = config.at("on_unused_input").as_string();
  return options;
}

}  // namespace

Tensor storable_in_npy(const Tensor& tensor) { return as_bits(tensor, DType::BFloat16, DType::UInt16); }

Tensor stored_in_npy(const Tensor& array, DType dtype, const std::string& member) {
  const Tensor value = dtype == DType::BFloat16 ? as_bits(array, DType::UInt16, DType::BFloat16) : array;
  KCPP_CHECK(value.dtype() == dtype, FormatError, member, " holds ", array.dtype(), " instead of ", dtype);
  return value;
}

void add_graph(ZipWriter& archive, const std::string& prefix, const Graph& graph, Config options) {
  const SavedGraph saved = to_saved(graph);
  Config dtypes = Config::list({});
  for (const Tensor& array : saved.arrays) dtypes.push_back(to_string(array.dtype()));
  const Config config = Config::map(
      {{"version", kVersion}, {"graph", saved.config}, {"arrays", dtypes}, {"options", std::move(options)}});
  archive.add(prefix + kGraphMember, to_json(config));
  for (std::size_t i = 0; i < saved.arrays.size(); ++i)
    archive.add(array_member(prefix, i), npy_from_tensor(storable_in_npy(saved.arrays[i])));
}

GraphMembers read_graph(const ZipReader& archive, const std::string& prefix) {
  const std::string graph_member = prefix + kGraphMember;
  KCPP_CHECK(archive.find(graph_member) != nullptr, FormatError, archive.path(),
             " is no saved graph: it has no member ", graph_member);
  try {
    const Config config = parse_json(archive.read(graph_member), graph_member);
    KCPP_CHECK(config.at("version").as_int() == kVersion, FormatError, "version ", config.at("version").as_int(),
               " is not known");
    SavedGraph saved{config.at("graph"), {}};
    for (const Config& name : config.at("arrays").as_list()) {
      const std::string member = array_member(prefix, saved.arrays.size());
      saved.arrays.push_back(
          stored_in_npy(tensor_from_npy(archive.read(member), member), dtype_from_name(name.as_string()), member));
    }
    return {graph_from_saved(saved), config.at("options")};
  } catch (Error& error) {
    error.add_context(text_of("while reading ", archive.path()));
    throw;
  }
}

Config options_of(const Function& function) { return options_config(function.options()); }

Function function_from(const GraphMembers& members, const std::string& origin) {
  FunctionOptions options;
  try {
    options = options_from(members.options);
  } catch (Error& error) {
    error.add_context(text_of("while reading the options of the function in ", origin));
    throw;
  }
  for (const auto& [variable, value] : members.graph.updates) options.updates.push_back({variable, value});
  return Function(members.graph.inputs, members.graph.outputs, std::move(options));
}

void save_graph(const Graph& graph, const std::string& path) {
  ZipWriter archive(path);
  add_graph(archive, "", graph, Config::map());
  archive.commit();
}

Graph load_graph(const std::string& path) { return read_graph(ZipReader(path), "").graph; }

void save_function(const Function& function, const std::string& path) {
  KCPP_CHECK(function.defined(), ValueError, "[save_function] an undefined function cannot be saved");
  ZipWriter archive(path);
  add_graph(archive, "", function.graph(), options_of(function));
  archive.commit();
}

Function load_function(const std::string& path) { return function_from(read_graph(ZipReader(path), ""), path); }

}  // namespace kerascpp
