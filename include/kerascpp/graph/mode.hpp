#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>

namespace kerascpp {

/// One operation of a compiled function at work, as a mode sees it.
struct StepView {
  std::string op;               ///< "matmul"
  std::string layer;            ///< in whose call it was made; empty elsewhere
  std::string kernel;           ///< who computes it, "cpu:panels"
  Site site;                    ///< the user's line that made it, where it is known
  std::vector<Tensor> inputs;   ///< undefined where only the shape is used
  std::vector<Tensor> outputs;  ///< empty before it is computed
};
/// `op "log" of layer "dense", made at main.cpp:12`
[[nodiscard]] KCPP_API std::string to_string(const StepView& step);

/// Looks at what goes into and comes out of every operation, and throws ValueError naming the first one that meets NaN,
/// infinity or a number beyond 1e10, its layer and the user's line. Source: theano.compile.nanguardmode.
struct NanGuardMode {
  bool nan_is_error = true;
  bool inf_is_error = true;
  bool big_is_error = true;
};

/// Computes every operation with the reference backend as well, and throws ValueError naming the first kernel whose
/// results differ by more than `tolerance` (0: what its dtype allows) of the largest number. Slow.
/// Source: theano.compile.debugmode.
struct DebugMode {
  double tolerance = 0;
};

/// Calls the user's functions before and after every operation. The tensors are those of the call: they are valid
/// during the function. Source: theano.compile.monitormode.
struct MonitorMode {
  Callable<void(const StepView& step)> pre_func = {};
  Callable<void(const StepView& step)> post_func = {};
};

/// How a function is compiled and run: a name, or a mode with settings.
///
/// "fast_run": all passes; "fast_compile": none; "reference": none, and only the kernels of the reference backend;
/// "nan_guard" and "debug": as NanGuardMode and DebugMode. Theano's spellings (FAST_RUN, NanGuardMode) are taken too.
/// The modes that watch leave out fusion, so that an operation is what the user wrote.
class KCPP_API Mode {
 public:
  Mode() = default;
  Mode(std::string_view name);                                              // NOLINT: implicit by design
  Mode(const char* name) : Mode(std::string_view(name)) {}                  // NOLINT
  Mode(const std::string& name) : Mode(std::string_view(name)) {}           // NOLINT
  Mode(const NanGuardMode& mode) : name_("nan_guard"), nan_guard_(mode) {}  // NOLINT
  Mode(const DebugMode& mode) : name_("debug"), debug_(mode) {}             // NOLINT
  Mode(const MonitorMode& mode) : name_("monitor"), monitor_(mode) {}       // NOLINT

  /// "fast_run", "fast_compile", "reference", "nan_guard", "debug", "monitor"; any other as it was given.
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const NanGuardMode& nan_guard() const { return nan_guard_; }
  [[nodiscard]] const DebugMode& debug() const { return debug_; }
  [[nodiscard]] const MonitorMode& monitor() const { return monitor_; }

 private:
  std::string name_ = "fast_run";
  NanGuardMode nan_guard_;
  DebugMode debug_;
  MonitorMode monitor_;
};

}  // namespace kerascpp
