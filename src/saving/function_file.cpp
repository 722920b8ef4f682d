#include <kerascpp/saving/function.hpp>

#include <cstring>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/npy.hpp>
#include <kerascpp/graph/graph_config.hpp>
#include <kerascpp/saving/json.hpp>

#include "saving/zip_archive.hpp"

namespace kerascpp {
namespace {

constexpr std::int64_t kVersion = 1;
constexpr const char* kGraphMember = "graph.json";

std::string array_member(std::size_t number) { return text_of("arrays/", number, ".npy"); }

// the .npy format knows no bfloat16: its bits are stored
Tensor as_bits(const Tensor& tensor, DType from, DType to) {
  if (tensor.dtype() != from) return tensor;
  Tensor bits = Tensor::empty(tensor.shape(), to);
  if (tensor.nbytes() > 0) std::memcpy(bits.raw(), tensor.raw(), tensor.nbytes());
  return bits;
}

void write(const std::string& path, const Graph& graph, Config options) {
  const SavedGraph saved = to_saved(graph);
  Config dtypes = Config::list({});
  for (const Tensor& array : saved.arrays) dtypes.push_back(to_string(array.dtype()));
  const Config config = Config::map(
      {{"version", kVersion}, {"graph", saved.config}, {"arrays", dtypes}, {"options", std::move(options)}});
  ZipWriter archive(path);
  archive.add(kGraphMember, to_json(config));
  for (std::size_t i = 0; i < saved.arrays.size(); ++i)
    archive.add(array_member(i), npy_from_tensor(as_bits(saved.arrays[i], DType::BFloat16, DType::UInt16)));
  archive.commit();
}

struct Contents {
  Graph graph;
  Config options;
};

Contents read(const std::string& path) {
  const ZipReader archive(path);
  KCPP_CHECK(archive.find(kGraphMember) != nullptr, FormatError, path, " is no saved graph: it has no member ",
             kGraphMember);
  try {
    const Config config = parse_json(archive.read(kGraphMember), kGraphMember);
    KCPP_CHECK(config.at("version").as_int() == kVersion, FormatError, "version ", config.at("version").as_int(),
               " is not known");
    SavedGraph saved{config.at("graph"), {}};
    for (const Config& name : config.at("arrays").as_list()) {
      const std::string member = array_member(saved.arrays.size());
      const DType dtype = dtype_from_name(name.as_string());
      Tensor array = tensor_from_npy(archive.read(member), member);
      if (dtype == DType::BFloat16) array = as_bits(array, DType::UInt16, DType::BFloat16);
      KCPP_CHECK(array.dtype() == dtype, FormatError, member, " holds ", array.dtype(), " instead of ", dtype);
      saved.arrays.push_back(std::move(array));
    }
    return {graph_from_saved(saved), config.at("options")};
  } catch (Error& error) {
    error.add_context(text_of("while reading ", path));
    throw;
  }
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

void save_graph(const Graph& graph, const std::string& path) { write(path, graph, Config::map()); }

Graph load_graph(const std::string& path) { return read(path).graph; }

void save_function(const Function& function, const std::string& path) {
  KCPP_CHECK(function.defined(), ValueError, "[save_function] an undefined function cannot be saved");
  write(path, function.graph(), options_config(function.options()));
}

Function load_function(const std::string& path) {
  const Contents contents = read(path);
  FunctionOptions options;
  try {
    options = options_from(contents.options);
  } catch (Error& error) {
    error.add_context(text_of("while reading the options of the function in ", path));
    throw;
  }
  for (const auto& [variable, value] : contents.graph.updates) options.updates.push_back({variable, value});
  return Function(contents.graph.inputs, contents.graph.outputs, std::move(options));
}

}  // namespace kerascpp
