#pragma once

#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <kerascpp/backend/kernel.hpp>

#include "compiler/rewrite.hpp"

namespace kerascpp::compiler {

/// Batch normalization of training followed by relu computes both at once, and so do their gradients:
///   (y, m, v) = batch_normalization_training(x), relu(y)                  ->  relu(y), m, v
///   batch_normalization_gradient(where(relu(y) > 0, g, 0), x, ..., m, v)  ->  of g, x, ..., m, v, beta
/// with the attribute `fuse_relu`, where the backend takes relu as the epilogue of batch_normalization_training.
class NormalizationEpilogue {
 public:
  NormalizationEpilogue(const Graph& graph, std::string_view backend);

  /// A rule for `rewrite` on the graph that was given.
  [[nodiscard]] std::optional<std::vector<Symbol>> operator()(const NodeView& node) const;

 private:
  [[nodiscard]] std::optional<std::vector<Symbol>> fuse_gradient(const NodeView& node) const;

  runtime::BackendDef backend_;
  std::unordered_map<const Node*, int> users_;
  std::unordered_set<const Node*> fused_;  // normalizations of which only relu is seen
};

}  // namespace kerascpp::compiler
