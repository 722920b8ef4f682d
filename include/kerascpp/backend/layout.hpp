#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/shape.hpp>
#include <kerascpp/graph/op.hpp>

namespace kerascpp::runtime {

/// How the elements of a tensor lie in memory inside a compiled function.
///
/// `order` lists the logical axes from the outermost to the innermost; `blocks` lists the innermost, split-off parts.
/// A (B, H, W, C) activation that a library calls nChw16c has order {0, 3, 1, 2} and blocks {{3, 16}}.
/// A blocked axis is padded with zeros up to a multiple of its block. Default: plain row-major.
class KCPP_API Layout {
 public:
  struct Block {
    int axis = 0;
    std::int64_t size = 1;
    friend bool operator==(const Block&, const Block&) = default;
  };

  Layout() = default;
  Layout(std::vector<int> order, std::vector<Block> blocks);

  [[nodiscard]] bool is_plain() const { return order_.empty(); }
  /// Empty for the plain layout.
  [[nodiscard]] const std::vector<int>& order() const { return order_; }
  [[nodiscard]] const std::vector<Block>& blocks() const { return blocks_; }

  /// Lengths of the axes in memory, outermost first, blocks included: nChw16c of (8, 5, 5, 20) gives (8, 2, 5, 5, 16).
  [[nodiscard]] Shape physical_shape(const Shape& logical) const;
  /// For each physical axis, the logical axis it runs over.
  [[nodiscard]] std::vector<int> physical_axes(int ndim) const;
  /// Elements in memory, padding included.
  [[nodiscard]] std::int64_t physical_size(const Shape& logical) const;
  /// Whether some axis is padded for this shape.
  [[nodiscard]] bool has_padding(const Shape& logical) const;

  friend bool operator==(const Layout&, const Layout&) = default;

 private:
  std::vector<int> order_;
  std::vector<Block> blocks_;
};

/// "plain" or "acdb16d" in the notation of oneDNN (letters are logical axes, a capital one is blocked).
[[nodiscard]] KCPP_API std::string to_string(const Layout& layout);

}  // namespace kerascpp::runtime
