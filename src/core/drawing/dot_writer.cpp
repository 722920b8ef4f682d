#include "core/drawing/dot_writer.hpp"

#include <algorithm>

#include <kerascpp/core/error.hpp>

#include "core/drawing/markup.hpp"

namespace kerascpp::drawing {
namespace {

/// A string of DOT. Graphviz reads entities such as &amp; in it as well, so markup is escaped, too.
std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : escape_markup(text)) {
    if (c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

std::string cell_text(const Cell& cell, const std::string& span) {
  std::string text =
      text_of("<td", span, " bgcolor=\"", cell.fill, "\"><font point-size=\"", coordinate(cell.size), "\"");
  if (cell.color != "black") text += " color=\"" + cell.color + "\"";
  text += ">" + escape_markup(cell.before);
  if (!cell.bold.empty()) text += "<b>" + escape_markup(cell.bold) + "</b>";
  return text + escape_markup(cell.after) + "</font></td>";
}

std::string table(const Box& box) {
  std::size_t columns = 1;
  for (const std::vector<Cell>& row : box.rows) columns = std::max(columns, row.size());
  std::string text = R"(<<table border="0" cellborder="1" bgcolor="black" cellpadding="10">)";
  for (const std::vector<Cell>& row : box.rows) {
    text += "<tr>";
    for (const Cell& cell : row) text += cell_text(cell, row.size() == 1 ? text_of(" colspan=\"", columns, "\"") : "");
    text += "</tr>";
  }
  return text + "</table>>";
}

/// Lines of text as they stand between quotes.
std::string lines(const Box& box) {
  std::string text;
  for (const std::vector<Cell>& row : box.rows) {
    if (!text.empty()) text += "\\n";
    for (const Cell& cell : row) {
      const std::string words = quoted(cell.before + cell.bold + cell.after);
      text += words.substr(1, words.size() - 2);
    }
  }
  return text;
}

std::string attributes_of(const Box& box) {
  if (box.outline == Outline::Table) return "label=" + table(box) + ", fontname=Helvetica, margin=0";
  std::string style = "filled";
  if (box.outline == Outline::Rounded) style += ",rounded";
  if (box.dashed) style += ",dashed";
  return text_of("shape=", box.outline == Outline::Ellipse ? "ellipse" : "box", ", style=", quoted(style),
                 ", fillcolor=", quoted(box.fill), ", color=", quoted(box.stroke), ", label=\"", lines(box), "\"");
}

class DotWriter {
 public:
  explicit DotWriter(const LayeredDrawing& drawing) : drawing_(drawing) {}

  std::string write(const DotOptions& options) {
    line_width_ = options.line_width;
    if (options.subgraph) {
      write_inside({}, "");
      write_arrows("");
      return text_;
    }
    text_ =
        text_of("digraph G {\n  rankdir=", options.rankdir, ";\n  concentrate=", options.concentrate ? "true" : "false",
                ";\n  dpi=", options.dpi, ";\n  splines=", quoted(options.splines), ";\n  node [shape=plaintext];\n");
    write_inside({}, "  ");
    write_arrows("  ");
    return text_ + "}\n";
  }

 private:
  void write_inside(std::optional<std::size_t> cluster, const std::string& indent) {
    for (std::size_t b = 0; b < drawing_.boxes.size(); ++b)
      if (drawing_.boxes[b].cluster == cluster)
        text_ += text_of(indent, "node_", b, " [", attributes_of(drawing_.boxes[b]), "];\n");
    for (std::size_t c = 0; c < drawing_.clusters.size(); ++c) {
      if (drawing_.clusters[c].parent != cluster) continue;
      text_ += text_of(indent, "subgraph cluster_", c, " {\n", indent, "  style=dashed;\n", indent,
                       "  label=", quoted(drawing_.clusters[c].label), ";\n", indent, "  labeljust=l;\n");
      write_inside(c, indent + "  ");
      text_ += indent + "}\n";
    }
  }

  void write_arrows(const std::string& indent) {
    for (const Arrow& arrow : drawing_.arrows) {
      text_ += text_of(indent, "node_", arrow.from, " -> node_", arrow.to, " [penwidth=", coordinate(line_width_));
      if (!arrow.label.empty()) text_ += ", label=" + quoted(arrow.label);
      if (arrow.color != "black") text_ += ", color=" + quoted(arrow.color);
      if (arrow.dashed) text_ += ", style=dashed";
      text_ += "];\n";
    }
  }

  const LayeredDrawing& drawing_;
  std::string text_;
  double line_width_ = 2;
};

}  // namespace

std::string to_dot(const LayeredDrawing& drawing, const DotOptions& options) {
  return DotWriter(drawing).write(options);
}

}  // namespace kerascpp::drawing
