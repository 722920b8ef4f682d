#include <kerascpp/graph/default_update.hpp>

#include <kerascpp/graph/node.hpp>

namespace kerascpp {
namespace {

// a rule and not a symbol: the variable's node would own itself
class DefaultUpdate final : public Annotation {
 public:
  explicit DefaultUpdate(Callable<Symbol(const Symbol&)> rule) : rule(std::move(rule)) {}
  Callable<Symbol(const Symbol&)> rule;
};

}  // namespace

void set_default_update(const Variable& variable, Callable<Symbol(const Symbol&)> rule) {
  variable.symbol().node()->annotate(0, std::make_shared<DefaultUpdate>(std::move(rule)));
}

Symbol default_update(const Variable& variable) {
  const Symbol symbol = variable.symbol();
  const auto found = std::dynamic_pointer_cast<const DefaultUpdate>(symbol.node()->annotation(0));
  return found == nullptr ? Symbol() : found->rule(symbol);
}

}  // namespace kerascpp
