#pragma once

#include <memory>
#include <utility>

#include <kerascpp/graph/node.hpp>
#include <kerascpp/layers/layer.hpp>

namespace kerascpp {

/// What the output of a layer call carries: the call, and its mask.
class LayerAnnotation final : public Annotation {
 public:
  LayerAnnotation(std::shared_ptr<const LayerCall> call, std::size_t index, Symbol mask)
      : call(std::move(call)), index(index), mask(std::move(mask)) {}

  std::shared_ptr<const LayerCall> call;
  std::size_t index;
  Symbol mask;
};

}  // namespace kerascpp
