#include "training/gradient_exchange.hpp"

#include <kerascpp/backend/kernel.hpp>

#include "backend/peers.hpp"
#include "core/convert.hpp"
#include "graph/variable_node.hpp"

namespace kerascpp {
namespace {

thread_local const ExchangeMember* current_member = nullptr;

/// The memory of a variable whose value is about to be changed where it stands.
void* memory_of(const Variable& variable, const std::shared_ptr<runtime::Accelerator>& place) {
  bool moved = false;
  return variable.node()->write({}, true, moved, place).storage->data;
}

}  // namespace

GradientExchange::GradientExchange(const std::vector<Device>& devices) {
  const runtime::BackendDef backend = runtime::KernelRegistry::global().backend(devices.at(0).backend);
  for (const Device& device : devices)
    places_.push_back(backend.accelerator ? backend.accelerator(device.index) : nullptr);
  given_.resize(places_.size());
}

void GradientExchange::add_up(int member, const std::vector<Variable>& variables) {
  std::unique_lock lock(mutex_);
  const auto check = [this] {
    if (ended_) throw ExchangeEnded("[fit] another device has ended");
  };
  check();
  given_[static_cast<std::size_t>(member)] = &variables;
  if (++arrived_ < members()) {
    const long round = round_;
    changed_.wait(lock, [&] { return round_ != round || ended_; });
    if (round_ == round) check();
    return;
  }
  add_up_all();
  arrived_ = 0;
  ++round_;
  changed_.notify_all();
}

void GradientExchange::end() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

void GradientExchange::add_up_all() {
  const std::vector<Variable>& first = *given_[0];
  for (const std::vector<Variable>* variables : given_)
    KCPP_CHECK(variables->size() == first.size(), Error, "[fit] copies of a model have different numbers of weights");
  if (places_[0] == nullptr) {
    for (std::size_t k = 0; k < first.size(); ++k) add_up_on_host(k);
    return;
  }
  auto* const peer = dynamic_cast<runtime::PeerAccelerator*>(places_[0].get());
  KCPP_CHECK(peer != nullptr, BackendError, "[fit] devices like ", places_[0]->device(), " cannot add up gradients");
  std::vector<TensorSpec> specs;
  for (const Variable& variable : first) specs.push_back({variable.dtype(), variable.shape()});
  std::vector<std::vector<void*>> arrays(places_.size());
  for (std::size_t m = 0; m < places_.size(); ++m)
    for (const Variable& variable : *given_[m]) arrays[m].push_back(memory_of(variable, places_[m]));
  peer->add_up(places_, specs, arrays);
}

void GradientExchange::add_up_on_host(std::size_t k) {
  const Variable& first = (*given_[0])[k];
  const std::int64_t size = first.shape().size();
  with_type(first.dtype(), [&]<class T>() {
    std::vector<T*> arrays;
    for (const std::vector<Variable>* variables : given_)
      arrays.push_back(static_cast<T*>(memory_of((*variables)[k], nullptr)));
    for (std::int64_t i = 0; i < size; ++i) {
      double sum = 0;
      for (const T* const array : arrays) sum += convert<double>(array[i]);
      for (T* const array : arrays) array[i] = convert<T>(sum);
    }
  });
}

ExchangeMember::ExchangeMember(GradientExchange& exchange, int number) : exchange_(exchange), number_(number) {
  current_member = this;
}
ExchangeMember::~ExchangeMember() { current_member = nullptr; }
const ExchangeMember* ExchangeMember::current() { return current_member; }

}  // namespace kerascpp
