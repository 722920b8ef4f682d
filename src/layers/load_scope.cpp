#include "layers/load_scope.hpp"

#include <kerascpp/core/error.hpp>

namespace kerascpp {
namespace {

thread_local LoadScope* current_scope = nullptr;
thread_local int mask_losses = 0;
thread_local std::int64_t calls_left = -1, most_calls = -1;

}  // namespace

LoadScope::LoadScope(std::uint64_t weight_bytes) : outer_(current_scope), left_(weight_bytes), limit_(weight_bytes) {
  current_scope = this;
}

LoadScope::~LoadScope() { current_scope = outer_; }

LoadScope* LoadScope::current() { return current_scope; }

void LoadScope::add_weight(const LayerBase& layer, std::string_view name, const Shape& shape, DType dtype) {
  const auto count = static_cast<std::uint64_t>(shape.size());
  const std::uint64_t most = left_ / itemsize(dtype);
  KCPP_CHECK(count <= most, FormatError, "[", layer.class_name(), "] layer \"", layer.name(), "\" has weight \"", name,
             "\" of shape ", shape, ", but the weights in the file take at most ", limit_, " bytes together");
  left_ -= count * itemsize(dtype);
}

MaskLossScope::MaskLossScope() { ++mask_losses; }
MaskLossScope::~MaskLossScope() { --mask_losses; }
bool MaskLossScope::is_allowed() { return mask_losses > 0; }

CallLimitScope::CallLimitScope(std::int64_t most) : outer_left_(calls_left), outer_most_(most_calls) {
  if (outer_left_ >= 0) return;  // the outer limit holds for what is inside as well
  calls_left = most_calls = most;
}

CallLimitScope::~CallLimitScope() {
  if (outer_left_ >= 0) return;
  calls_left = outer_left_;
  most_calls = outer_most_;
}

void CallLimitScope::add_call(const LayerBase& layer) {
  if (most_calls < 0) return;
  KCPP_CHECK(calls_left > 0, FormatError, "the model makes more than ", most_calls,
             " calls of layers; the last was of \"", layer.name(), "\"");
  --calls_left;
}

}  // namespace kerascpp
