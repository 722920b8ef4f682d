#include "losses/logits.hpp"

#include <kerascpp/graph/node.hpp>

namespace kerascpp::losses {

Symbol logits_behind(const Symbol& probabilities, std::string_view activation) {
  Symbol at = probabilities;
  while (at.node()->op().name == "identity") at = at.node()->input(0);  // a layer marks its output with one
  return at.node()->op().name == activation ? at.node()->input(0) : Symbol();
}

}  // namespace kerascpp::losses
