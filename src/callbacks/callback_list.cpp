#include "callbacks/callback_list.hpp"

#include <algorithm>

namespace kerascpp {

CallbackList::CallbackList(std::vector<Callback> callbacks, const Model& model, const TrainingParameters& parameters)
    : callbacks_(std::move(callbacks)), model_(model) {
  for (const Callback& callback : callbacks_) {
    callback->set_model(model_);
    callback->set_params(parameters);
  }
}

bool CallbackList::wants_batch_logs() const {
  return std::any_of(callbacks_.begin(), callbacks_.end(),
                     [](const Callback& callback) { return callback->wants_batch_logs(); });
}

}  // namespace kerascpp
