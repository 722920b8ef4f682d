#pragma once

#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/symbol.hpp>

namespace kerascpp {

struct OutOptions {
  /// Whether calls may give the memory of an earlier result again, which they do once nobody else holds it: then a call
  /// allocates nothing for this output.
  bool borrow = false;
};

/// A symbol as an output of a function: function(x, Out(y, {.borrow = true})). Source: theano.Out.
class KCPP_API Out : public Symbol {
 public:
  Out(const Symbol& variable, const OutOptions& options = {});  // NOLINT: implicit by design
};

/// Whether it was made by Out with `borrow`.
[[nodiscard]] KCPP_API bool is_borrowed(const Symbol& output);

}  // namespace kerascpp
