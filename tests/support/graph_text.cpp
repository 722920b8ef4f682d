#include "support/graph_text.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>
#include <map>
#include <sstream>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/graph/variable.hpp>

#include "support/catch.hpp"
#include "support/op_test.hpp"

namespace kerascpp::test {
namespace {

/// Reads one line from left to right.
class LineReader {
 public:
  explicit LineReader(std::string_view line) : line_(line), rest_(line) {}

  [[nodiscard]] bool starts_with(std::string_view text) {
    skip_spaces();
    return rest_.substr(0, text.size()) == text;
  }
  bool take_if(std::string_view text) {
    if (!starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  void take(std::string_view text) {
    KCPP_CHECK(take_if(text), Error, "expected \"", text, "\" before \"", rest_, "\" in \"", line_, "\"");
  }
  [[nodiscard]] bool at_end() {
    skip_spaces();
    return rest_.empty();
  }

  std::string word() {
    skip_spaces();
    std::size_t n = 0;
    while (n < rest_.size() && (std::isalnum(static_cast<unsigned char>(rest_[n])) != 0 || rest_[n] == '_')) ++n;
    KCPP_CHECK(n > 0, Error, "expected a word before \"", rest_, "\" in \"", line_, "\"");
    std::string found(rest_.substr(0, n));
    rest_.remove_prefix(n);
    return found;
  }

  std::string quoted() {
    take("\"");
    const std::size_t end = rest_.find('"');
    std::string found(rest_.substr(0, end));
    rest_.remove_prefix(end + 1);
    return found;
  }

  /// A number as it stands.
  std::string number() {
    skip_spaces();
    std::size_t n = 0;
    while (n < rest_.size() && (std::isalnum(static_cast<unsigned char>(rest_[n])) != 0 || rest_[n] == '.' ||
                                rest_[n] == '-' || rest_[n] == '+'))
      ++n;
    KCPP_CHECK(n > 0, Error, "expected a number before \"", rest_, "\" in \"", line_, "\"");
    std::string found(rest_.substr(0, n));
    rest_.remove_prefix(n);
    return found;
  }

  std::vector<std::string> numbers(std::string_view open, std::string_view close) {
    take(open);
    std::vector<std::string> found;
    while (!take_if(close)) {
      found.push_back(number());
      (void)take_if(",");
    }
    return found;
  }

  Shape shape() {
    Shape shape;
    for (const std::string& length : numbers("(", ")")) shape.push_back(length == "None" ? None : std::stoll(length));
    return shape;
  }
  TensorSpec spec() {
    const DType dtype = dtype_from_name(word());
    return {dtype, shape()};
  }

 private:
  void skip_spaces() {
    while (!rest_.empty() && rest_.front() == ' ') rest_.remove_prefix(1);
  }

  std::string_view line_, rest_;
};

bool is_integer(const std::string& number) { return number.find_first_not_of("-0123456789") == std::string::npos; }

double real(const std::string& number) {
  if (number == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (number == "inf" || number == "-inf") return std::stod(number);
  double value = 0;
  std::from_chars(number.data(), number.data() + number.size(), value);
  return value;
}

Tensor tensor(LineReader& line) {
  const TensorSpec spec = line.spec();
  std::vector<double> values;
  for (const std::string& number : line.numbers("[", "]")) values.push_back(real(number));
  return Tensor(values).astype(spec.dtype).reshape(spec.shape);
}

AttributeValue attribute(LineReader& line) {
  if (line.take_if("true")) return true;
  if (line.take_if("false")) return false;
  if (line.starts_with("\"")) return line.quoted();
  if (line.take_if("tensor")) return tensor(line);
  if (line.starts_with("(")) return line.shape();
  if (line.starts_with("[")) {
    std::vector<std::int64_t> integers;
    std::vector<double> reals;
    bool all_integers = true;
    for (const std::string& number : line.numbers("[", "]")) {
      all_integers = all_integers && is_integer(number);
      reals.push_back(real(number));
      integers.push_back(static_cast<std::int64_t>(reals.back()));
    }
    if (all_integers) return integers;
    return reals;
  }
  const std::string number = line.number();
  if (is_integer(number)) return static_cast<std::int64_t>(std::stoll(number));
  if (std::isdigit(static_cast<unsigned char>(number[0])) != 0 || number[0] == '-' || number == "inf" ||
      number == "nan")
    return real(number);
  return dtype_from_name(number);
}

class GraphReader {
 public:
  Graph read(std::string_view text) {
    std::istringstream lines{std::string(text)};
    for (std::string line; std::getline(lines, line);)
      if (line.find_first_not_of(' ') != std::string::npos) read_line(line);
    return graph_;
  }

 private:
  void read_line(const std::string& text) {
    LineReader line(text);
    if (line.take_if("return")) {
      while (!line.at_end()) graph_.outputs.push_back(reference(line));
    } else if (line.take_if("update")) {
      const std::string name = line.word();
      const Symbol value = reference(line);
      if (!variables_.contains(name)) variables_[name] = Variable(zeros(value.shape(), value.dtype()), name);
      graph_.updates.emplace_back(variables_[name], value);
    } else {
      read_node(line);
    }
  }

  // "%3", or "%3.1" for the second output of a node with several
  Symbol reference(LineReader& line) {
    line.take("%");
    const std::string name = line.number();
    const std::size_t point = name.find('.');
    const auto output = point == std::string::npos ? 0 : static_cast<std::size_t>(std::stoul(name.substr(point + 1)));
    return values_.at(name.substr(0, point)).at(output);
  }

  void read_node(LineReader& line) {
    line.take("%");
    const std::string number = line.number();
    line.take("=");
    const std::string op = line.word();
    std::vector<Symbol> inputs;
    line.take("(");
    while (!line.take_if(")")) {
      inputs.push_back(reference(line));
      (void)line.take_if(",");
    }
    const std::string name = line.starts_with("\"") ? line.quoted() : std::string();
    Attributes attributes;
    if (line.take_if("{"))
      while (!line.take_if("}")) {
        const std::string key = line.word();
        line.take("=");
        attributes.set(key, attribute(line));
        (void)line.take_if(",");
      }
    line.take(":");
    std::vector<TensorSpec> specs;
    while (!line.at_end()) specs.push_back(line.spec());
    values_[number] = made(op, name, std::move(inputs), std::move(attributes), specs);
  }

  std::vector<Symbol> made(const std::string& op, const std::string& name, std::vector<Symbol> inputs,
                           Attributes attributes, const std::vector<TensorSpec>& specs) {
    if (op == "placeholder") {
      graph_.inputs.push_back(placeholder(specs[0].shape, specs[0].dtype, name));
      return {graph_.inputs.back()};
    }
    if (op == "variable") {
      variables_[name] = Variable(zeros(specs[0].shape, specs[0].dtype), name);
      return {variables_[name].symbol()};
    }
    if (op == "constant") return {constant(attributes.get<Tensor>("value"), name)};
    std::vector<Symbol> outputs = make_node(OpRegistry::global().get(op), std::move(inputs), std::move(attributes));
    outputs[0].node()->set_name(name);
    for (std::size_t i = 0; i < outputs.size(); ++i)
      KCPP_CHECK(outputs[i].spec() == specs.at(i), Error, "the text says ", specs.at(i), ", but ", op, " gives ",
                 outputs[i].spec());
    return outputs;
  }

  Graph graph_;
  std::map<std::string, std::vector<Symbol>> values_;
  std::map<std::string, Variable> variables_;
};

// without the empty first line and the indentation of a raw string literal
std::string trimmed(const std::string& text) {
  std::istringstream lines(text);
  std::string result;
  std::size_t indent = std::string::npos;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find_first_not_of(' ');
    if (first == std::string::npos) continue;
    if (indent == std::string::npos) indent = first;
    result += line.substr(std::min(first, indent)) + "\n";
  }
  return result;
}

}  // namespace

Graph parse_graph(std::string_view text) { return GraphReader().read(text); }

void check_pass(const std::vector<PassRow>& rows, const Callable<Graph(const Graph&)>& pass) {
  for (const PassRow& row : rows) {
    INFO(row.name);
    try {
      const Graph before = parse_graph(row.before);
      CHECK(to_string(before) == trimmed(row.before));
      const Graph after = pass(before);
      CHECK(to_string(after) == trimmed(*row.after == '\0' ? row.before : row.after));
    } catch (const Error& error) {
      FAIL_CHECK(error.what());
    }
  }
}

std::vector<Tensor> values_of(const Graph& graph) {
  std::vector<Tensor> values;
  for (std::size_t i = 0; i < graph.inputs.size(); ++i)
    values.push_back(make_values({.shape = graph.inputs[i].shape()}, graph.inputs[i].dtype(), i + 1));
  return Function(SymbolList(graph.inputs), SymbolList(graph.outputs), {.mode = "reference"})(TensorList(values))
      .vector();
}

}  // namespace kerascpp::test
