#include <kerascpp/callbacks.hpp>
#include <kerascpp/models/model.hpp>

namespace kerascpp::callbacks {

CallbackList::CallbackList(std::vector<Callback> callbacks, const Model& model, const TrainingParameters& parameters)
    : callbacks_(std::move(callbacks)) {
  Model handle = model;
  set_model(handle);
  set_params(parameters);
  for (const Callback& callback : callbacks_) {
    callback->set_model(handle);
    callback->set_params(parameters);
  }
}

void CallbackList::on_train_begin(const Logs& logs) { each(&CallbackBase::on_train_begin, logs); }
void CallbackList::on_train_end(const Logs& logs) { each(&CallbackBase::on_train_end, logs); }
void CallbackList::on_epoch_begin(std::int64_t epoch, const Logs& logs) {
  each(&CallbackBase::on_epoch_begin, epoch, logs);
}
void CallbackList::on_epoch_end(std::int64_t epoch, const Logs& logs) {
  epoch_logs_ = logs;
  for (const Callback& callback : callbacks_) callback->add_logs(epoch, epoch_logs_);
  each(&CallbackBase::on_epoch_end, epoch, epoch_logs_);
}
void CallbackList::on_train_batch_begin(std::int64_t batch, const Logs& logs) {
  each(&CallbackBase::on_train_batch_begin, batch, logs);
}
void CallbackList::on_train_batch_end(std::int64_t batch, const Logs& logs) {
  each(&CallbackBase::on_train_batch_end, batch, logs);
}
void CallbackList::on_test_begin(const Logs& logs) { each(&CallbackBase::on_test_begin, logs); }
void CallbackList::on_test_end(const Logs& logs) { each(&CallbackBase::on_test_end, logs); }
void CallbackList::on_test_batch_begin(std::int64_t batch, const Logs& logs) {
  each(&CallbackBase::on_test_batch_begin, batch, logs);
}
void CallbackList::on_test_batch_end(std::int64_t batch, const Logs& logs) {
  each(&CallbackBase::on_test_batch_end, batch, logs);
}
void CallbackList::on_predict_begin(const Logs& logs) { each(&CallbackBase::on_predict_begin, logs); }
void CallbackList::on_predict_end(const Logs& logs) { each(&CallbackBase::on_predict_end, logs); }
void CallbackList::on_predict_batch_begin(std::int64_t batch, const Logs& logs) {
  each(&CallbackBase::on_predict_batch_begin, batch, logs);
}
void CallbackList::on_predict_batch_end(std::int64_t batch, const Logs& logs) {
  each(&CallbackBase::on_predict_batch_end, batch, logs);
}

}  // namespace kerascpp::callbacks
