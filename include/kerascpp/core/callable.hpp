#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace kerascpp {

template <class Signature>
class Callable;

/// A copyable, possibly empty, type-erased function; a light stand-in for std::function.
///
/// Copies share the wrapped object.
template <class Result, class... Args>
class Callable<Result(Args...)> {
 public:
  Callable() = default;
  Callable(std::nullptr_t) {}  // NOLINT: an empty callable

  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, Callable> && std::is_invocable_r_v<Result, F&, Args...>)
      Callable(F&& function)  // NOLINT: implicit by design
      : target_(std::make_shared<std::remove_cvref_t<F>>(std::forward<F>(function))),
        invoke_([](void* target, Args... args) -> Result {
          return (*static_cast<std::remove_cvref_t<F>*>(target))(std::forward<Args>(args)...);
        }) {}

  template <class R, class... A>
  Callable(R (*function)(A...))  // NOLINT: implicit by design
      requires std::is_invocable_r_v<Result, R (*)(A...), Args...>
      : target_(std::make_shared<R (*)(A...)>(function)), invoke_([](void* target, Args... args) -> Result {
        return (**static_cast<R (**)(A...)>(target))(std::forward<Args>(args)...);
      }) {}

  Result operator()(Args... args) const { return invoke_(target_.get(), std::forward<Args>(args)...); }

  [[nodiscard]] explicit operator bool() const { return target_ != nullptr; }

 private:
  std::shared_ptr<void> target_;
  Result (*invoke_)(void*, Args...) = nullptr;
};

}  // namespace kerascpp
