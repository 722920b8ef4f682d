#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/graph.hpp>

// switch(selector, inputs of branch 0..., inputs of branch 1..., ...): runs one of its bodies.
//
// selector: an int32 scalar, brought into [0, number of branches). All branches give outputs of equal dtypes and
// shapes.
namespace kerascpp::ops {

/// The attributes of a switch as a struct.
struct KCPP_API SwitchForm {
  std::vector<std::shared_ptr<const Graph>> branches;

  [[nodiscard]] static SwitchForm of(const Attributes& attributes);
  [[nodiscard]] Attributes attributes() const;
  [[nodiscard]] static std::string key(std::size_t branch);
  /// The place among the node's inputs of the first one of a branch.
  [[nodiscard]] std::size_t first_input(std::size_t branch) const;
};

/// A branch as it is written: its results, and the number that nodes made for it alone begin at.
struct WrittenBranch {
  std::vector<Symbol> outputs;
  std::uint64_t first_id = 0;
};
/// Makes the node. `selector` is an int32 scalar.
[[nodiscard]] std::vector<Symbol> make_switch(const Symbol& selector, const std::vector<WrittenBranch>& branches);
/// The number of the next node on this thread, or a smaller one that no node of an expression has yet.
[[nodiscard]] std::uint64_t next_node_id();

}  // namespace kerascpp::ops
