#include "layers/preprocessing/categories.hpp"

#include <kerascpp/core/error.hpp>
#include <kerascpp/ops/classes.hpp>
#include <kerascpp/ops/conversion.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

namespace kerascpp::layers {

void check_output_mode(std::string_view owner, const std::string& mode, std::string_view modes) {
  const std::string padded = text_of(" ", modes, " ");
  KCPP_CHECK(!mode.empty() && padded.find(" " + mode + " ") != std::string::npos, ValueError, "[", owner,
             "] output_mode must be one of: ", modes, "; received \"", mode, "\"");
}

void check_not_sparse(std::string_view owner, bool sparse) {
  KCPP_CHECK(!sparse, ValueError, "[", owner, "] there are no sparse tensors here: sparse must be false");
}

Symbol encode_categories(const Symbol& indices, const std::string& output_mode, std::int64_t depth, DType dtype,
                         const std::optional<Symbol>& weights) {
  if (output_mode == "int") return ops::cast(indices, dtype);
  Symbol x = indices.ndim() == 0 ? ops::expand_dims(indices, 0) : indices;
  if (!is_integer(x.dtype())) x = ops::cast(x, DType::Int32);
  if (output_mode == "multi_hot") return ops::multi_hot(x, depth, {.dtype = dtype});
  if (output_mode == "one_hot")
    return ops::one_hot(x.ndim() > 1 && x.dim(-1) == 1 ? ops::squeeze(x, -1) : x, depth, {.dtype = dtype});
  Symbol ones = ops::one_hot(x, depth, {.dtype = weights ? weights->dtype() : dtype});
  if (weights) ones = ones * ops::expand_dims(*weights, -1);
  return ops::sum(ones, x.ndim() > 1 ? 1 : 0);
}

}  // namespace kerascpp::layers
