#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/data/dataset.hpp>

namespace kerascpp::data {

/// Computes elements ahead on threads of its own and gives them in order.
class OrderedWorkers final : public Iterator {
 public:
  using Task = Callable<Element()>;
  /// Gives the next task; false when there are no more. Called by one thread at a time.
  using NextTask = Callable<bool(Task&)>;

  /// workers: threads; window: elements that are being made or wait to be taken, at most.
  OrderedWorkers(NextTask next_task, std::int64_t workers, std::int64_t window);
  /// Waits for the tasks that have begun.
  ~OrderedWorkers() override;
  /// Throws what the task of this element threw; afterwards there are no more elements.
  bool next(Element& element) override;

 private:
  struct Slot {
    Element element;
    std::exception_ptr error;
    bool done = false;
  };

  void work();
  /// A task and the place of its element; nullptr when there is nothing to do any more.
  std::shared_ptr<Slot> take_task(Task& task);

  NextTask next_task_;
  std::size_t window_;
  std::mutex feed_;  // of next_task_: locked before mutex_
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<Slot>> slots_;
  bool exhausted_ = false;
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace kerascpp::data
