#include "models/summary.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include <kerascpp/core/error.hpp>
#include <kerascpp/models/model_base.hpp>

#include "layers/host_layer.hpp"
#include "models/functional.hpp"
#include "models/operation_config.hpp"
#include "models/sequential.hpp"
#include "models/text_table.hpp"

namespace kerascpp {
namespace {

std::string with_commas(std::int64_t number) {
  std::string digits = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

std::string memory_text(double bytes) {
  const char* const units[] = {"B", "KB", "MB", "GB", "TB", "PB"};
  std::size_t unit = 0;
  while (bytes >= 1024 && unit < 5) {
    bytes /= 1024;
    ++unit;
  }
  char text[40];
  std::snprintf(text, sizeof text, "%.2f %s", bytes, units[unit]);
  return text;
}

/// Scalars and bytes of a set of variables.
struct Amount {
  std::int64_t count = 0;
  double bytes = 0;
  explicit Amount(const std::vector<Variable>& variables) {
    for (const Variable& variable : variables) {
      count += variable.shape().size();
      bytes += static_cast<double>(variable.shape().size()) * static_cast<double>(itemsize(variable.dtype()));
    }
  }
  void add(const Amount& other) {
    count += other.count;
    bytes += other.bytes;
  }
};

std::string total_line(const char* what, const Amount& amount) {
  return text_of(" ", what, " params: ", with_commas(amount.count), " (", memory_text(amount.bytes), ")\n");
}

/// Columns of the terminal, as Python's shutil.get_terminal_size: COLUMNS, else 80.
std::int64_t terminal_columns() {
  const char* columns = std::getenv("COLUMNS");
  const long value = columns == nullptr ? 0 : std::strtol(columns, nullptr, 10);
  return value > 0 ? value : 80;
}

class SummaryWriter {
 public:
  SummaryWriter(const Model& model, const SummaryOptions& options) : model_(model), options_(options) {
    functional_ = model.as<Functional>();
    entries_ = functional_ == nullptr ? entries_of_layers(model.layers()) : functional_->graph().entries;
    branching_ = functional_ != nullptr && branches();
  }

  std::string write() {
    TextTable table(headers(), widths());
    const auto [first, last] = range();
    for (std::size_t i = first; i < last; ++i) add_entry(table, entries_[i], 0);
    std::string text = text_of("Model: \"", model_.name(), "\"\n", table.text());
    Amount trainable(model_.trainable_variables()), fixed(model_.non_trainable_variables());
    Amount total = trainable;
    total.add(fixed);
    std::optional<Amount> optimizer;
    if (model_.compiled())
      if (Amount amount(model_.optimizer()->variables()); model_.optimizer()->built()) optimizer = amount;
    if (optimizer) total.add(*optimizer);
    text += total_line("Total", total) + total_line("Trainable", trainable) + total_line("Non-trainable", fixed);
    if (optimizer) text += total_line("Optimizer", *optimizer);
    return text + "\n";
  }

 private:
  static std::vector<LayerGraphEntry> entries_of_layers(const std::vector<Layer>& layers) {
    std::vector<LayerGraphEntry> entries;
    for (const Layer& layer : layers) {
      LayerGraphEntry entry;
      entry.layer = layer;
      entries.push_back(std::move(entry));
    }
    return entries;
  }

  /// Whether the model is more than one line of layers: then the table tells what each is connected to.
  [[nodiscard]] bool branches() const {
    const LayerGraph& graph = functional_->graph();
    std::vector<int> depths;
    for (const LayerGraphNode& node : graph.nodes) {
      if (std::find(depths.begin(), depths.end(), node.depth) != depths.end() || node.inputs.size() > 1) return true;
      depths.push_back(node.depth);
    }
    return std::any_of(graph.entries.begin(), graph.entries.end(),
                       [](const LayerGraphEntry& entry) { return entry.nodes.size() > 1; });
  }

  [[nodiscard]] std::vector<TextTable::Column> headers() const {
    std::vector<TextTable::Column> columns{{"Layer (type)", TextTable::Align::Left},
                                           {"Output Shape", TextTable::Align::Left},
                                           {"Param #", TextTable::Align::Right}};
    if (branching_) columns.push_back({"Connected to", TextTable::Align::Left});
    if (options_.show_trainable) columns.push_back({"Trainable", TextTable::Align::Center});
    return columns;
  }

  [[nodiscard]] std::vector<std::int64_t> widths() const {
    std::vector<double> positions = options_.positions;
    if (positions.empty())
      positions = branching_ ? std::vector<double>{0.3, 0.56, 0.74, 1.0} : std::vector<double>{0.45, 0.80, 1.0};
    std::int64_t length = branching_ ? 108 : 88;
    if (options_.show_trainable) {
      length += 12;
      for (double& position : positions) position *= 0.90;
      positions.push_back(1.0);
    }
    length = options_.line_length.value_or(std::min(length, terminal_columns() - 4));
    std::vector<std::int64_t> widths;
    std::int64_t current = 0;
    for (double position : positions) {
      const auto width = static_cast<std::int64_t>(position * static_cast<double>(length)) - current;
      KCPP_CHECK(width >= 4, ValueError, "[summary] a line of ", length, " characters is too short for the table");
      widths.push_back(width);
      current += width;
    }
    widths.push_back(length);  // the whole, borders included
    return widths;
  }

  [[nodiscard]] std::pair<std::size_t, std::size_t> range() const {
    if (options_.layer_range.empty()) return {0, entries_.size()};
    KCPP_CHECK(options_.layer_range.size() == 2, ValueError, "[summary] layer_range takes two names, received ",
               options_.layer_range.size());
    const auto position = [this](const std::string& name) {
      for (std::size_t i = 0; i < entries_.size(); ++i)
        if (entries_[i].name() == name) return i;
      throw ValueError(text_of("[summary] layer_range names \"", name, "\", which is no layer of the model"));
    };
    const std::size_t a = position(options_.layer_range[0]), b = position(options_.layer_range[1]);
    return {std::min(a, b), std::max(a, b) + 1};
  }

  /// "(None)" where Python writes "(None,)".
  static std::string shape_text(const Shape& shape) {
    std::string text = to_string(shape);
    if (shape.ndim() == 1) text.erase(text.find(','), 1);
    return text;
  }
  static std::string shapes_text(const std::vector<Shape>& shapes) {
    if (shapes.size() == 1) return shape_text(shapes.front());
    std::string text;
    for (const Shape& shape : shapes) text += (text.empty() ? "[" : ", ") + shape_text(shape);
    return text + "]";
  }

  [[nodiscard]] static std::string shape_text(const LayerGraphEntry& entry) {
    std::vector<Shape> shapes;
    if (entry.operation != nullptr) {
      for (const TensorSpec& output : entry.operation->outputs()) shapes.push_back(output.shape);
      return shapes_text(shapes);
    }
    const auto calls = entry.layer->calls();
    if (calls.empty()) {
      if (entry.layer->build_shapes().empty()) return "?";
      return shapes_text(entry.layer->compute_output_shape(entry.layer->build_shapes()));
    }
    for (const Symbol& output : calls.back()->outputs()) {
      shapes.push_back(output.shape());
      if (holds_strings(output)) shapes.back().erase(shapes.back().ndim() - 1);  // the bytes of a text
    }
    return shapes_text(shapes);
  }

  [[nodiscard]] std::string connections(const LayerGraphEntry& entry) const {
    std::string text;
    for (std::size_t at : entry.nodes)
      for (const Symbol& input : functional_->graph().nodes[at].inputs)
        if (const std::string origin = origin_text(input); !origin.empty()) text += (text.empty() ? "" : ", ") + origin;
    return text.empty() ? "-" : text;
  }

  [[nodiscard]] std::string origin_text(const Symbol& symbol) const {
    for (const LayerGraphEntry& entry : functional_->graph().entries)
      for (std::size_t call = 0; call < entry.nodes.size(); ++call) {
        const std::vector<Symbol>& outputs = functional_->graph().nodes[entry.nodes[call]].outputs;
        for (std::size_t i = 0; i < outputs.size(); ++i)
          if (outputs[i].is(symbol)) return text_of(entry.name(), "[", call, "][", i, "]");
      }
    return {};  // a constant
  }

  void add_entry(TextTable& table, const LayerGraphEntry& entry, int level) {
    std::string prefix;
    for (int i = 0; i < level; ++i) prefix += "   ";
    if (level > 0) prefix += "└ ";
    const Layer& layer = entry.layer;
    const std::string class_name = layer.defined() ? layer->class_name() : operation_class_name(*entry.operation);
    std::vector<std::string> row{prefix + entry.name() + " (" + class_name + ")", shape_text(entry)};
    if (!layer.defined())
      row.emplace_back("0");
    else
      row.push_back(layer.built() ? with_commas(layer.count_params()) : "0 (unbuilt)");
    if (branching_) row.push_back(level == 0 ? connections(entry) : "-");
    if (options_.show_trainable)
      row.emplace_back(!layer.defined() || layer.weights().empty() ? "-" : layer.trainable() ? "Y" : "N");
    table.add_row(std::move(row));
    const auto nested = layer.defined() ? layer.as<ModelBase>() : nullptr;
    if (options_.expand_nested && nested != nullptr)
      for (const LayerGraphEntry& inner : entries_of_layers(nested->layers())) add_entry(table, inner, level + 1);
  }

  const Model& model_;
  const SummaryOptions& options_;
  std::shared_ptr<Functional> functional_;
  std::vector<LayerGraphEntry> entries_;
  bool branching_ = false;
};

}  // namespace

std::string summary_text(const Model& model, const SummaryOptions& options) {
  return SummaryWriter(model, options).write();
}

}  // namespace kerascpp
