#include "data/ordered_workers.hpp"

#include <algorithm>

namespace kerascpp::data {

OrderedWorkers::OrderedWorkers(NextTask next_task, std::int64_t workers, std::int64_t window)
    : next_task_(std::move(next_task)), window_(static_cast<std::size_t>(std::max<std::int64_t>(window, 1))) {
  for (std::int64_t i = 0; i < workers; ++i) threads_.emplace_back([this] { work(); });
}

OrderedWorkers::~OrderedWorkers() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

std::shared_ptr<OrderedWorkers::Slot> OrderedWorkers::take_task(Task& task) {
  // tasks are taken one after the other, so that slots stand in their order
  const std::lock_guard feed(feed_);
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stopped_ || exhausted_ || slots_.size() < window_; });
    if (stopped_ || exhausted_) return nullptr;
  }
  const auto slot = std::make_shared<Slot>();
  bool more = false;
  try {
    more = next_task_(task);
  } catch (...) {
    slot->error = std::current_exception();
    slot->done = true;
  }
  const std::lock_guard lock(mutex_);
  if (more || slot->done) slots_.push_back(slot);
  if (!more) exhausted_ = true;
  changed_.notify_all();
  return more ? slot : nullptr;
}

void OrderedWorkers::work() {
  Task task;
  while (const std::shared_ptr<Slot> slot = take_task(task)) {
    Element element;
    std::exception_ptr error;
    try {
      element = task();
    } catch (...) {
      error = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    slot->element = std::move(element);
    slot->error = error;
    slot->done = true;
    changed_.notify_all();
  }
}

bool OrderedWorkers::next(Element& element) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return slots_.empty() ? exhausted_ || stopped_ : slots_.front()->done; });
  if (slots_.empty()) return false;
  const std::shared_ptr<Slot> slot = slots_.front();
  slots_.pop_front();
  if (slot->error) {
    stopped_ = true;
    slots_.clear();
  }
  changed_.notify_all();
  lock.unlock();
  if (slot->error) std::rethrow_exception(slot->error);
  element = std::move(slot->element);
  return true;
}

}  // namespace kerascpp::data
