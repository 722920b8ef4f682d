#include "ops/axis_support.hpp"

#include <kerascpp/core/error.hpp>

namespace kerascpp::ops {

std::vector<std::int64_t> normalized_axes(std::string_view op, const Axes& axis, const Symbol& x, const Site& site) {
  try {
    return axis.normalized(x.ndim());
  } catch (Error& error) {
    error.add_context(text_of("while making op \"", op, "\" on ", x.spec()));
    if (site.file != nullptr) error.add_context(text_of("at ", site.file, ":", site.line));
    throw;
  }
}

}  // namespace kerascpp::ops
