#include <kerascpp/saving/cpp_export.hpp>

#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <kerascpp/core/error.hpp>

#include "core/atomic_file.hpp"
#include "saving/cpp/texts.hpp"
#include "saving/onnx/model_proto.hpp"

// The graph of a model in ONNX's operators, as a function that calls one C++ function for each of them.
namespace kerascpp::saving {
namespace {

using onnx::GraphProto;
using onnx::NodeProto;

constexpr std::size_t kBytesPerFile = std::size_t{4} << 20U;
constexpr std::int64_t kLargestInline = 64;

/// The number of a dtype in the exported `Type`.
int type_number(DType dtype) {
  constexpr DType order[] = {DType::Bool,    DType::UInt8,    DType::UInt16,  DType::UInt32,
                             DType::Int8,    DType::Int16,    DType::Int32,   DType::Int64,
                             DType::Float16, DType::BFloat16, DType::Float32, DType::Float64};
  const auto* const found = std::find(std::begin(order), std::end(order), dtype);
  KCPP_CHECK(found != std::end(order), ValueError, "[export_cpp] exported models compute with no arrays of ", dtype);
  return static_cast<int>(found - std::begin(order));
}

std::string type_text(DType dtype) {
  constexpr const char* names[] = {"Bool",  "UInt8", "UInt16",  "UInt32",   "Int8",    "Int16",
                                   "Int32", "Int64", "Float16", "BFloat16", "Float32", "Float64"};
  return std::string("Type::") + names[type_number(dtype)];
}

template <class T>
std::string joined(const std::vector<T>& parts) {
  std::string text;
  for (const T& part : parts) text += (text.empty() ? "" : ", ") + text_of(part);
  return text;
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

/// What can stand in a comment and in an identifier.
std::string plain(const std::string& text) {
  std::string out;
  for (const char c : text) out += static_cast<unsigned char>(c) < 128 && std::isalnum(c) != 0 ? c : '_';
  return out;
}

std::string exact(float value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.9gF", static_cast<double>(value));
  return std::string(text).find_first_of(".e") == std::string::npos
             ? text_of(std::string(text, std::strlen(text) - 1), ".0F")
             : text;
}

/// Bytes as string literals, one for each line.
std::string literal(const char* bytes, std::size_t size) {
  std::string out;
  for (std::size_t i = 0; i < size; ++i) {
    if (i % 40 == 0) out += i == 0 ? "\n    \"" : "\"\n    \"";
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (byte >= 32 && byte < 127 && byte != '"' && byte != '\\' && byte != '?') {
      out += static_cast<char>(byte);
    } else {
      out += '\\';
      for (const int shift : {6, 3, 0}) out += static_cast<char>('0' + ((byte >> shift) & 7));
    }
  }
  return out + (size == 0 ? "\n    \"\"" : "\"");
}

class Writer {
 public:
  Writer(const onnx::ModelProto& model, std::string name) : graph_(model.graph), name_(std::move(name)) {}

  void write(const std::string& folder) {
    number_values();
    const std::string source = model_source();
    make_folder(folder);
    std::size_t file = 0;
    for (const std::string& text : weight_files_) write_file(text_of(folder, "/weights_", file++, ".cpp"), text);
    write_file(folder + "/operators.hpp", operators());
    write_file(folder + "/model.cpp", source);
    write_file(folder + "/model.hpp", header());
    write_file(folder + "/predict.cpp", program());
    write_file(folder + "/CMakeLists.txt", build_file(file));
  }

 private:
  static void make_folder(const std::string& folder) {
    KCPP_CHECK(mkdir(folder.c_str(), 0777) == 0 || errno == EEXIST, IoError, "[export_cpp] cannot make the folder \"",
               folder, "\": ", std::strerror(errno));
  }

  [[nodiscard]] std::string opened() const { return text_of("namespace ", name_, " {\n"); }
  [[nodiscard]] std::string closed() const { return text_of("\n}  // namespace ", name_, "\n"); }

  // --- which values there are

  static std::vector<const GraphProto*> bodies(const NodeProto& node) {
    std::vector<const GraphProto*> found;
    for (const auto& [key, value] : node.attributes)
      if (const auto* graph = std::get_if<std::shared_ptr<const GraphProto>>(&value)) found.push_back(graph->get());
    return found;
  }

  /// Everything that a node reads, its bodies too.
  static void add_uses(const NodeProto& node, std::vector<std::string>& names) {
    for (const std::string& input : node.inputs)
      if (!input.empty()) names.push_back(input);
    for (const GraphProto* body : bodies(node)) {
      for (const NodeProto& inner : body->nodes) add_uses(inner, names);
      for (const onnx::ValueInfo& output : body->outputs) names.push_back(output.name);
    }
  }

  /// The operators that the exported text knows.
  static void check_known(const NodeProto& node) {
    const std::string call = " " + (node.op_type == "Shape" ? "ShapeOf" : node.op_type) + "(const Inputs& in";
    bool known = false;
    for (const char* text : {cpp::kElementwise, cpp::kShapes, cpp::kReductions, cpp::kProducts, cpp::kLoops})
      known = known || std::strstr(text, call.c_str()) != nullptr;
    KCPP_CHECK(known, ValueError, "[export_cpp] operation ", node.op_type, " (\"", node.name, "\") cannot be written");
    for (const GraphProto* body : bodies(node))
      for (const NodeProto& inner : body->nodes) check_known(inner);
  }

  void number(const std::string& name) { ids_.emplace(name, text_of("v", ids_.size())); }

  void number_graph(const GraphProto& graph) {
    for (const onnx::ValueInfo& input : graph.inputs) number(input.name);
    for (const NodeProto& node : graph.nodes) {
      for (const std::string& output : node.outputs)
        if (!output.empty()) number(output);
      for (const GraphProto* body : bodies(node)) number_graph(*body);
    }
  }

  void number_values() {
    for (const onnx::Initializer& item : graph_.initializers) {
      number(item.name);
      constant_.insert(item.name);
    }
    number_graph(graph_);
    for (const NodeProto& node : graph_.nodes) {
      check_known(node);
      std::vector<std::string> uses;
      add_uses(node, uses);
      const bool folds =
          bodies(node).empty() && !uses.empty() &&
          std::all_of(uses.begin(), uses.end(), [&](const auto& use) { return constant_.contains(use); });
      if (folds) {
        for (const std::string& output : node.outputs) constant_.insert(output);
      } else {
        for (const std::string& use : uses)
          if (constant_.contains(use)) kept_.insert(use);
      }
    }
    for (const onnx::ValueInfo& output : graph_.outputs)
      if (constant_.contains(output.name)) kept_.insert(output.name);
  }

  /// A value where it is read: of what is constant, a member.
  [[nodiscard]] std::string value(const std::string& name) const {
    const std::string& id = ids_.at(name);
    return !in_constants_ && constant_.contains(name) ? "constants." + id : id;
  }

  // --- the source

  std::string attribute(const onnx::AttributeValue& given, const std::string& op, const std::string& key,
                        const std::string& indent) {
    if (const auto* real = std::get_if<float>(&given)) return "reals({" + exact(*real) + "})";
    if (const auto* integer = std::get_if<std::int64_t>(&given)) {
      const bool is_type = op == "Cast" && key == "to";
      return text_of("ints({", is_type ? type_number(onnx::dtype_of_number(*integer, "Cast")) : *integer, "})");
    }
    if (const auto* text = std::get_if<std::string>(&given)) return "texts({" + quoted(*text) + "})";
    if (const auto* numbers = std::get_if<std::vector<std::int64_t>>(&given)) return "ints({" + joined(*numbers) + "})";
    if (const auto* numbers = std::get_if<std::vector<float>>(&given)) {
      std::vector<std::string> parts;
      for (const float number : *numbers) parts.push_back(exact(number));
      return "reals({" + joined(parts) + "})";
    }
    if (const auto* list = std::get_if<std::vector<std::string>>(&given)) {
      std::vector<std::string> parts;
      for (const std::string& text : *list) parts.push_back(quoted(text));
      return "texts({" + joined(parts) + "})";
    }
    const auto* graph = std::get_if<std::shared_ptr<const GraphProto>>(&given);
    KCPP_CHECK(graph != nullptr, ValueError, "[export_cpp] operation ", op, " has an array as attribute \"", key, "\"");
    return "body([&](const Inputs& in) -> Arrays {\n" + body_text(**graph, indent + "  ") + indent + "})";
  }

  std::string body_text(const GraphProto& graph, const std::string& indent) {
    std::string text;
    for (std::size_t i = 0; i < graph.inputs.size(); ++i)
      text += text_of(indent, "[[maybe_unused]] const Array& ", ids_.at(graph.inputs[i].name), " = *in[", i, "];\n");
    if (graph.inputs.empty()) text += indent + "static_cast<void>(in);\n";
    for (const NodeProto& node : graph.nodes) text += node_text(node, indent);
    std::vector<std::string> outputs;
    for (const onnx::ValueInfo& output : graph.outputs) outputs.push_back(value(output.name));
    return text + indent + "return {" + joined(outputs) + "};\n";
  }

  /// "  Array v5 = std::move(Conv({&v1, &v2}, {{"group", ints({1})}})[0]);"
  std::string node_text(const NodeProto& node, const std::string& indent) {
    std::vector<std::string> inputs, attributes;
    for (const std::string& input : node.inputs) inputs.push_back(input.empty() ? "nullptr" : "&" + value(input));
    for (const auto& [key, given] : node.attributes)
      attributes.push_back("{" + quoted(key) + ", " + attribute(given, node.op_type, key, indent) + "}");
    const std::string name = node.op_type == "Shape" ? "ShapeOf" : node.op_type;
    const std::string call = name + "({" + joined(inputs) + "}, {" + joined(attributes) + "})";
    const std::string comment = node.name.find('/') == std::string::npos
                                    ? std::string()
                                    : "  // " + plain(node.name.substr(0, node.name.rfind('/')));
    const auto target = [&](const std::string& output) {
      return in_constants_ && kept_.contains(output) ? ids_.at(output) : "Array " + ids_.at(output);
    };
    if (node.outputs.size() == 1)
      return indent + target(node.outputs[0]) + " = std::move(" + call + "[0]);" + comment + "\n";
    const std::string list = "list_" + ids_.at(node.outputs[0]);
    std::string text = indent + "Arrays " + list + " = " + call + ";" + comment + "\n";
    for (std::size_t i = 0; i < node.outputs.size(); ++i)
      if (!node.outputs[i].empty())
        text += indent + target(node.outputs[i]) + text_of(" = std::move(", list, "[", i, "]);\n");
    return text;
  }

  std::string constant_text(const onnx::Initializer& item) {
    const bool kept = kept_.contains(item.name);
    const std::string target = "    " + (kept ? ids_.at(item.name) : "Array " + ids_.at(item.name)) + " = ";
    const Shape& shape = item.value.shape();
    const std::string comment = item.name.find('/') == std::string::npos ? "" : "  // " + plain(item.name);
    if (item.value.dtype() == DType::Int64 && item.value.size() <= kLargestInline)
      return text_of(target, "Array(Shape{", joined(shape.vector()), "}, std::vector<std::int64_t>{",
                     joined(item.value.to_vector<std::int64_t>()), "});\n");
    return text_of(target, "stored(", type_text(item.value.dtype()), ", {", joined(shape.vector()), "}, ",
                   stored_bytes(item.value), ");", comment, "\n");
  }

  /// Puts the bytes of an array into a file; gives their name.
  std::string stored_bytes(const Tensor& value) {
    const std::string name = text_of("kBytes", stored_++);
    if (weight_files_.empty() || in_file_ > kBytesPerFile) {
      weight_files_.push_back("// Weights, little-endian.\n" + opened());
      in_file_ = 0;
    }
    const auto size = static_cast<std::size_t>(value.nbytes());
    weight_files_.back() += text_of("\nextern const char ", name, "[];\nconst char ", name,
                                    "[] =", literal(static_cast<const char*>(value.raw()), size), ";\n");
    in_file_ += size;
    declarations_ += text_of("extern const char ", name, "[];\n");
    return name;
  }

  std::string model_source() {
    std::string members, fill;
    in_constants_ = true;
    for (const onnx::Initializer& item : graph_.initializers) fill += constant_text(item);
    for (const NodeProto& node : graph_.nodes)
      if (constant_.contains(node.outputs.front())) fill += node_text(node, "    ");
    in_constants_ = false;
    for (const std::string& name : kept_) members += (members.empty() ? "  Array " : ", ") + ids_.at(name);
    for (std::string& file : weight_files_) file += closed();

    std::string steps;
    std::map<std::string, std::size_t> last;  // node that reads a value last
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      std::vector<std::string> uses;
      add_uses(graph_.nodes[i], uses);
      for (const std::string& use : uses) last[use] = i;
    }
    std::set<std::string> given;
    for (const onnx::ValueInfo& input : graph_.inputs) given.insert(input.name);
    for (const onnx::ValueInfo& output : graph_.outputs) given.insert(output.name);
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      const NodeProto& node = graph_.nodes[i];
      if (constant_.contains(node.outputs.front())) continue;
      steps += node_text(node, "  ");
      std::vector<std::string> uses;
      add_uses(node, uses);
      std::sort(uses.begin(), uses.end());
      uses.erase(std::unique(uses.begin(), uses.end()), uses.end());
      for (const std::string& use : uses)
        if (last.at(use) == i && !given.contains(use) && !constant_.contains(use) && is_of_graph(use))
          steps += "  " + ids_.at(use) + " = Array();\n";
    }
    std::string source = "#include \"model.hpp\"\n\n#include \"operators.hpp\"\n\n" + opened() + declarations_;
    source += "\nnamespace {\n\n/// What does not depend on the inputs.\nstruct Constants {\n" +
              (members.empty() ? "" : members + ";\n\n") + "  Constants() {\n" + fill +
              "  }\n};\n\n}  // namespace\n\n";
    source += names_function("input_names", graph_.inputs) + names_function("output_names", graph_.outputs);
    source +=
        "Array from_bytes(Type type, const Shape& shape, const char* bytes) { return stored(type, shape, bytes); }\n\n";
    source +=
        "Arrays predict(const Arrays& inputs) {\n  static const Constants constants;\n  "
        "static_cast<void>(constants);\n";
    source += text_of("  if (inputs.size() != ", graph_.inputs.size(), ") fail(\"the model takes ",
                      graph_.inputs.size(), " arrays\");\n");
    for (std::size_t i = 0; i < graph_.inputs.size(); ++i) source += input_text(i);
    std::vector<std::string> outputs;
    for (const onnx::ValueInfo& output : graph_.outputs) outputs.push_back(value(output.name));
    return source + steps + "  return {" + joined(outputs) + "};\n}\n" + cpp::kArrayMembers + closed();
  }

  /// Whether a node of the graph itself makes a value, and not one inside of a body.
  [[nodiscard]] bool is_of_graph(const std::string& name) const {
    return std::any_of(graph_.nodes.begin(), graph_.nodes.end(), [&](const NodeProto& node) {
      return std::find(node.outputs.begin(), node.outputs.end(), name) != node.outputs.end();
    });
  }

  std::string input_text(std::size_t i) {
    const onnx::ValueInfo& input = graph_.inputs[i];
    std::vector<std::int64_t> lengths;
    for (const onnx::Dimension& axis : input.shape) lengths.push_back(axis.value);
    return text_of("  const Array ", ids_.at(input.name), " = checked(inputs[", i, "], ", type_text(input.dtype), ", {",
                   joined(lengths), "}, ", quoted(input.name), ");\n");
  }

  static std::string names_function(const char* function, const std::vector<onnx::ValueInfo>& values) {
    std::vector<std::string> names;
    for (const onnx::ValueInfo& item : values) names.push_back(quoted(item.name));
    return text_of("const std::vector<std::string>& ", function, "() {\n  static const std::vector<std::string> names{",
                   joined(names), "};\n  return names;\n}\n\n");
  }

  // --- the other files

  std::string header() {
    std::string inputs, outputs;
    const auto described = [](const onnx::ValueInfo& item) {
      std::vector<std::string> lengths;
      for (const onnx::Dimension& axis : item.shape) lengths.push_back(axis.value < 0 ? "None" : text_of(axis.value));
      return text_of("///   ", item.name, "  ", type_text(item.dtype).substr(6), " (", joined(lengths), ")\n");
    };
    for (const onnx::ValueInfo& input : graph_.inputs) inputs += described(input);
    for (const onnx::ValueInfo& output : graph_.outputs) outputs += described(output);
    return "// A model as C++17 without dependencies: compile model.cpp and weights_*.cpp.\n#pragma once\n\n"
           "#include <cstdint>\n#include <string>\n#include <vector>\n\n" +
           opened() + cpp::kHeader +
           "\n/// The names of what `predict` takes and gives, in order.\nconst std::vector<std::string>& "
           "input_names();\n"
           "const std::vector<std::string>& output_names();\n\n"
           "/// An array out of little-endian bytes in C order.\n"
           "Array from_bytes(Type type, const Shape& shape, const char* bytes);\n\n"
           "/// Computes the outputs of the model. For any number of threads at once.\n///\n/// takes\n" +
           inputs + "/// gives\n" + outputs +
           "///\n/// Inputs of other types are converted. Throws std::invalid_argument for other shapes.\n"
           "Arrays predict(const Arrays& inputs);\n" +
           closed();
  }

  [[nodiscard]] std::string operators() const {
    std::string text = "// The operators of the model, in the meaning that ONNX gives them.\n#pragma once\n\n";
    for (const char* header : {"algorithm", "cmath", "cstdint", "cstring", "functional", "iterator", "limits", "map",
                               "numeric", "stdexcept", "string", "type_traits", "utility", "vector"})
      text += text_of("#include <", header, ">\n");
    text += "\n" + opened() + "namespace {\n";
    for (const char* part :
         {cpp::kArrays, cpp::kElementwise, cpp::kShapes, cpp::kReductions, cpp::kProducts, cpp::kLoops})
      text += part;
    text += R"cpp(
      /// An input as the model takes it; -1 stands for any length.
      Array checked(const Array& given, Type type, const Shape& lengths, const char* name) {
        bool fits = given.shape.size() == lengths.size();
        for (std::size_t i = 0; fits && i < lengths.size(); ++i) fits = lengths[i] < 0 || lengths[i] == given.shape[i];
        std::size_t count = 0;
        visit(given, [&](const auto& values) { count = values.size(); });
        if (!fits || static_cast<std::int64_t>(count) != product(given.shape))
          fail(std::string("input ") + name + " has another shape than the model takes");
        return given.type == type ? given : cast(given, type);
      }
    )cpp";
    return text + "\n}  // namespace\n" + closed();
  }

  [[nodiscard]] std::string program() const {
    std::string text = "// Predicts from .npy files: predict INPUT.npy ... OUTPUT.npy ...\n";
    for (const char* header :
         {"exception", "fstream", "iostream", "iterator", "sstream", "stdexcept", "string", "vector"})
      text += text_of("#include <", header, ">\n");
    return text + "\n#include \"model.hpp\"\n\nusing namespace " + name_ + ";\n\nnamespace {\n" + cpp::kProgram;
  }

  [[nodiscard]] std::string build_file(std::size_t weights) const {
    std::string text = "cmake_minimum_required(VERSION 3.16)\nproject(" + name_ +
                       " LANGUAGES CXX)\nif(NOT CMAKE_BUILD_TYPE)\n  set(CMAKE_BUILD_TYPE Release)\nendif()\n"
                       "set(CMAKE_CXX_STANDARD 17)\nadd_library(" +
                       name_ + " STATIC model.cpp";
    for (std::size_t i = 0; i < weights; ++i) text += text_of(" weights_", i, ".cpp");
    return text + ")\ntarget_include_directories(" + name_ + " PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})\n" +
           "add_executable(predict predict.cpp)\ntarget_link_libraries(predict " + name_ + ")\n";
  }

  const GraphProto& graph_;
  std::string name_;
  std::map<std::string, std::string> ids_;
  std::set<std::string> constant_, kept_;  // kept: what predict reads of them
  bool in_constants_ = false;
  std::vector<std::string> weight_files_;
  std::string declarations_;
  std::size_t stored_ = 0, in_file_ = 0;
};

}  // namespace

void export_cpp(const Model& model, const std::string& folder, const ExportCppOptions& options) {
  const onnx::ModelProto graph = onnx::model_proto(model, "export_cpp");
  std::string name = plain(options.name.empty() ? model.name() : options.name);
  if (options.name.empty()) name += "_model";
  if (std::isdigit(static_cast<unsigned char>(name.front())) != 0) name.insert(0, "model_");
  Writer(graph, name).write(folder);
}

}  // namespace kerascpp::saving
