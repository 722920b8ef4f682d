#pragma once

#include <map>
#include <utility>
#include <vector>

#include <kerascpp/graph/graph.hpp>

namespace kerascpp {

/// Symbols and what stands for them.
class KCPP_API Replacements {
 public:
  void set(const Symbol& symbol, const Symbol& by) { of_[{symbol.node().get(), symbol.index()}] = by; }
  /// The replacement, or an undefined symbol.
  [[nodiscard]] Symbol find(const Symbol& symbol) const {
    const auto found = of_.find({symbol.node().get(), symbol.index()});
    return found == of_.end() ? Symbol() : found->second;
  }

 private:
  std::map<std::pair<const Node*, int>, Symbol> of_;
};

/// `symbols` with every replaced symbol exchanged; what lies behind a replaced symbol is not visited. Nodes are made
/// anew where their inputs change, with names, scopes and sites kept, else shared.
[[nodiscard]] KCPP_API std::vector<Symbol> replace(const std::vector<Symbol>& symbols,
                                                   const Replacements& replacements);

}  // namespace kerascpp
