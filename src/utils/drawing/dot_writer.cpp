#include "utils/drawing/dot_writer.hpp"

#include <algorithm>

#include <kerascpp/core/error.hpp>

#include "utils/drawing/svg_writer.hpp"

namespace kerascpp::utils::drawing {
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

class DotWriter {
 public:
  explicit DotWriter(const LayeredDrawing& drawing) : drawing_(drawing) {}

  std::string write(const DotOptions& options) {
    if (options.subgraph) {
      write_inside({}, "");
      write_arrows("");
      return text_;
    }
    text_ = text_of("digraph G {\n  rankdir=", options.rankdir, ";\n  concentrate=true;\n  dpi=", options.dpi,
                    ";\n  splines=", quoted(options.splines), ";\n  node [shape=plaintext];\n");
    write_inside({}, "  ");
    write_arrows("  ");
    return text_ + "}\n";
  }

 private:
  void write_inside(std::optional<std::size_t> cluster, const std::string& indent) {
    for (std::size_t b = 0; b < drawing_.boxes.size(); ++b)
      if (drawing_.boxes[b].cluster == cluster)
        text_ +=
            text_of(indent, "layer_", b, " [label=", table(drawing_.boxes[b]), ", fontname=Helvetica, margin=0];\n");
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
      text_ += text_of(indent, "layer_", arrow.from, " -> layer_", arrow.to, " [penwidth=2");
      if (!arrow.label.empty()) text_ += ", label=" + quoted(arrow.label);
      text_ += "];\n";
    }
  }

  const LayeredDrawing& drawing_;
  std::string text_;
};

}  // namespace

std::string to_dot(const LayeredDrawing& drawing, const DotOptions& options) {
  return DotWriter(drawing).write(options);
}

}  // namespace kerascpp::utils::drawing
