#pragma once

#include <vector>

#include <kerascpp/callbacks.hpp>
#include <kerascpp/models/model.hpp>

namespace kerascpp {

/// The callbacks of one running fit, evaluate or predict, told in order.
class CallbackList {
 public:
  CallbackList(std::vector<Callback> callbacks, const Model& model, const TrainingParameters& parameters);

  /// Tells all: `list.each(&CallbackBase::on_epoch_end, epoch, logs)`.
  template <class... Parameters, class... Arguments>
  void each(void (CallbackBase::*moment)(Parameters...), Arguments&&... arguments) {
    for (const Callback& callback : callbacks_) (callback.object().get()->*moment)(arguments...);
  }
  [[nodiscard]] bool wants_batch_logs() const;

 private:
  std::vector<Callback> callbacks_;
  Model model_;
};

}  // namespace kerascpp
