#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include <kerascpp/backend/accelerator.hpp>
#include <kerascpp/backend/layout.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/graph/variable.hpp>

namespace kerascpp {

/// Work on the values of variables that is put off until somebody asks for one of them.
class KCPP_API DeferredWork {
 public:
  virtual ~DeferredWork();
  /// Called before the value of a variable is read, or replaced (`writes`): does the work, but for the thread that is
  /// just putting more of it off.
  virtual void before_access(bool writes) = 0;
};

/// The leaf behind a Variable: owns its value, in as many layouts as compiled functions have asked for.
class VariableNode final : public Node {
 public:
  VariableNode(const Tensor& value, std::string name);
  /// Takes the elements over, or copies them when somebody else can reach them.
  VariableNode(Tensor&& value, std::string name, Attributes attributes = {});

  /// One copy of the value in one layout, on the host or on a device (plain there); current when its version is the
  /// variable's.
  struct Replica {
    runtime::Layout layout;
    std::shared_ptr<Storage> storage;
    std::uint64_t version = 0;
    std::shared_ptr<runtime::Accelerator> accelerator = {};  // none: the host
  };
  using Place = std::shared_ptr<runtime::Accelerator>;

  /// The memory of a copy and the version of the value that it holds.
  struct Held {
    std::shared_ptr<Storage> storage;
    std::uint64_t version = 0;
  };

  /// A current copy in `layout` at `place`, reordered or brought from another one where needed (`reordered` is then
  /// set).
  [[nodiscard]] Held read(const runtime::Layout& layout, bool& reordered, const Place& place = nullptr);
  /// A copy in `layout` whose value is about to be replaced: it becomes the only current one.
  /// Its old elements are current when `keep` is set, else they are whatever the memory holds.
  [[nodiscard]] KCPP_API Held write(const runtime::Layout& layout, bool keep, bool& reordered,
                                    const Place& place = nullptr);
  /// Makes `storage`, laid out as `layout`, the value.
  void replace(const runtime::Layout& layout, std::shared_ptr<Storage> storage);

  /// Work that is put off on this value; nullptr: none. It must outlive its time here.
  void set_deferred(DeferredWork* work) { deferred_.store(work, std::memory_order_release); }
  [[nodiscard]] DeferredWork* deferred() const { return deferred_.load(std::memory_order_acquire); }

  [[nodiscard]] std::uint64_t version() const { return version_.load(std::memory_order_acquire); }

  [[nodiscard]] Tensor get_value();
  void set_value(const Tensor& value);
  /// The value in plain layout without a copy: its memory is shared.
  [[nodiscard]] Tensor borrow_value();
  /// Makes the memory of `value` that of the variable; other dtypes and views are copied.
  void take_value(const Tensor& value);

 private:
  void check_value(const Tensor& value) const;
  void settle(bool writes) {
    if (DeferredWork* const work = deferred(); work != nullptr) work->before_access(writes);
  }
  [[nodiscard]] Replica& current();
  [[nodiscard]] Replica& replica_in(const runtime::Layout& layout, const Place& place, bool fill, bool& reordered);
  [[nodiscard]] std::shared_ptr<Storage> allocate(const runtime::Layout& layout, const Place& place) const;
  void fill(void* to, const runtime::Layout& layout, const Place& place);

  std::atomic<DeferredWork*> deferred_{nullptr};
  std::mutex mutex_;
  std::atomic<std::uint64_t> version_{1};
  std::vector<Replica> replicas_;
};

/// A variable that takes a fresh value over instead of copying it. Throws ValueError for an undefined value.
[[nodiscard]] KCPP_API Variable make_variable(Tensor&& value, std::string name);

}  // namespace kerascpp
