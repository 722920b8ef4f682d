#include <kerascpp/layers/session.hpp>

#include <atomic>

#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/control_flow.hpp>
#include <kerascpp/ops/elementwise.hpp>

#include "layers/naming.hpp"

namespace kerascpp {
namespace {

// -1: symbolic
std::atomic<int>& fixed_phase() {
  static std::atomic<int> phase{-1};
  return phase;
}

}  // namespace

void set_learning_phase(std::optional<bool> training) { fixed_phase() = training ? (*training ? 1 : 0) : -1; }

Symbol current_learning_phase() {
  const int phase = fixed_phase();
  return phase < 0 ? learning_phase() : constant(Tensor(phase == 1));
}

Symbol in_train_phase(const Operand& x, const Operand& alt, const std::optional<Operand>& training) {
  const Symbol phase = training ? training->symbol() : current_learning_phase();
  const DType dtype = result_type({x, alt});
  const Symbol when_training = x.symbol(dtype), otherwise = alt.symbol(dtype);
  if (const Tensor known = constant_value(phase); known.defined())
    return known.item<double>() != 0 ? when_training : otherwise;
  return ifelse(phase, when_training, otherwise).single();
}

Symbol in_test_phase(const Operand& x, const Operand& alt, const std::optional<Operand>& training) {
  return in_train_phase(alt, x, training);
}

int get_uid(const std::string& prefix) { return next_uid(prefix); }

void clear_session() {
  reset_uids();
  set_learning_phase({});
}

bool is_keras_tensor(const Symbol& x) { return call_of(x).call != nullptr; }

}  // namespace kerascpp
