#pragma once

#include <cstdint>

#include <kerascpp/layers/layer.hpp>

namespace kerascpp {

/// While it lives, this thread makes a model from a file. Its weights stay zeros, as their values follow, and neither
/// they nor its calls may outgrow what the file can honestly hold.
class KCPP_API LoadScope {
 public:
  /// weight_bytes   the most that all weights together may take
  explicit LoadScope(std::uint64_t weight_bytes);
  ~LoadScope();
  LoadScope(const LoadScope&) = delete;
  LoadScope& operator=(const LoadScope&) = delete;

  /// nullptr outside of any.
  [[nodiscard]] static LoadScope* current();
  /// Throws FormatError naming the layer and weight when there is no room left for it.
  void add_weight(const LayerBase& layer, std::string_view name, const Shape& shape, DType dtype);

 private:
  LoadScope* outer_;
  std::uint64_t left_, limit_;
};

/// While it lives, layers of this thread may lose a mask: a file says so, or they are called again as they were before.
class MaskLossScope {
 public:
  MaskLossScope();
  ~MaskLossScope();
  MaskLossScope(const MaskLossScope&) = delete;
  MaskLossScope& operator=(const MaskLossScope&) = delete;
  [[nodiscard]] static bool is_allowed();
};

/// While it lives, this thread may make so many calls of layers, and no more: models that call models can say in a few
/// lines more calls than there is memory for.
class CallLimitScope {
 public:
  explicit CallLimitScope(std::int64_t most);
  ~CallLimitScope();
  CallLimitScope(const CallLimitScope&) = delete;
  CallLimitScope& operator=(const CallLimitScope&) = delete;
  /// Throws FormatError when there is a limit and it is reached.
  static void add_call(const LayerBase& layer);

 private:
  std::int64_t outer_left_, outer_most_;
};

}  // namespace kerascpp
