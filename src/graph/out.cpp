#include <kerascpp/graph/out.hpp>

#include <kerascpp/graph/node.hpp>

#include "graph/patterns.hpp"

namespace kerascpp {

Out::Out(const Symbol& variable, const OutOptions& options)
    : Symbol(options.borrow ? make_symbol("identity", {variable}, {{"borrow", true}}) : variable) {}

bool is_borrowed(const Symbol& output) {
  return comes_from(output, "identity") && output.node()->attributes().contains("borrow");
}

}  // namespace kerascpp
