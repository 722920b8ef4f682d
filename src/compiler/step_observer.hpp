#pragma once

#include <memory>

#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/graph/mode.hpp>

namespace kerascpp::compiler {

struct Step;

/// Runs the steps of a plan in place of the plan, to look at what they read and write.
class StepObserver {
 public:
  virtual ~StepObserver() = default;
  virtual void run(const Step& step, const runtime::KernelArguments& arguments) const = 0;
};

/// The observer of a mode that watches, else nothing.
[[nodiscard]] std::shared_ptr<const StepObserver> make_observer(const Mode& mode);

}  // namespace kerascpp::compiler
