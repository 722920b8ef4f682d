#pragma once

#include <string_view>

#include <kerascpp/core/config.hpp>

namespace kerascpp {

class LayerBase;

/// A layer whose weights may be kept in int8.
class Quantizable {
 public:
  Quantizable() = default;
  Quantizable(const Quantizable&) = default;
  Quantizable& operator=(const Quantizable&) = default;
  virtual ~Quantizable() = default;
};

[[nodiscard]] bool is_quantizable(const LayerBase& layer);

/// The config by which a layer is quantized. Throws ValueError when mode and config ask for anything but int8, or not
/// for the same, and for layers that cannot be quantized now.
[[nodiscard]] Config checked_quantization(const LayerBase& layer, std::string_view mode, const Config& config);
/// The same of a model, for the layers inside. Throws what concerns mode and config alone.
[[nodiscard]] Config checked_quantization(std::string_view mode, const Config& config);

}  // namespace kerascpp
