#include <kerascpp/backend/layout.hpp>

#include <numeric>

#include <kerascpp/core/error.hpp>

namespace kerascpp::runtime {

Layout::Layout(std::vector<int> order, std::vector<Block> blocks)
    : order_(std::move(order)), blocks_(std::move(blocks)) {
  std::vector<int> identity(order_.size());
  std::iota(identity.begin(), identity.end(), 0);
  if (blocks_.empty() && order_ == identity) order_.clear();  // one way to say plain
}

std::vector<int> Layout::physical_axes(int ndim) const {
  std::vector<int> axes = order_;
  if (is_plain()) {
    axes.resize(static_cast<std::size_t>(ndim));
    std::iota(axes.begin(), axes.end(), 0);
  }
  for (const Block& block : blocks_) axes.push_back(block.axis);
  return axes;
}

Shape Layout::physical_shape(const Shape& logical) const {
  if (is_plain()) return logical;
  Shape outer = logical;  // blocks left over per logical axis
  for (const Block& block : blocks_) outer[block.axis] = (outer[block.axis] + block.size - 1) / block.size;
  Shape physical;
  for (int axis : order_) physical.push_back(outer[axis]);
  for (const Block& block : blocks_) physical.push_back(block.size);
  return physical;
}

std::int64_t Layout::physical_size(const Shape& logical) const { return physical_shape(logical).size(); }

bool Layout::has_padding(const Shape& logical) const { return physical_size(logical) != logical.size(); }

std::string to_string(const Layout& layout) {
  if (layout.is_plain()) return "plain";
  std::string text;
  for (int axis : layout.order()) {
    bool blocked = false;
    for (const Layout::Block& block : layout.blocks()) blocked = blocked || block.axis == axis;
    text += static_cast<char>((blocked ? 'A' : 'a') + axis);
  }
  for (const Layout::Block& block : layout.blocks()) text += text_of(block.size, static_cast<char>('a' + block.axis));
  return text;
}

}  // namespace kerascpp::runtime
