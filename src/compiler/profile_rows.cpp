#include "compiler/profile_rows.hpp"

#include <kerascpp/core/error.hpp>

namespace kerascpp::compiler {
namespace {

std::string listed(const std::vector<TensorSpec>& specs) {
  std::string text;
  for (const TensorSpec& spec : specs) text += (text.empty() ? "" : ", ") + to_string(spec);
  return text;
}

std::int64_t bytes_of(const std::vector<TensorSpec>& specs) {
  std::int64_t bytes = 0;
  for (const TensorSpec& spec : specs) bytes += spec.shape.size() * static_cast<std::int64_t>(itemsize(spec.dtype));
  return bytes;
}

}  // namespace

void append_rows(const Plan& plan, Profile& profile) {
  if (plan.times() == nullptr) return;
  for (std::size_t i = 0; i < plan.steps().size(); ++i) {
    const Step& step = plan.steps()[i];
    const StepTimes::Step& times = plan.times()->steps()[i];
    ProfileRow row{.op = step.op,
                   .kernel = step.kernel_name,
                   .layer = step.scope,
                   .shapes = listed(step.input_specs) + " -> " + listed(step.output_specs),
                   .calls = times.calls,
                   .seconds = 1e-9 * static_cast<double>(times.nanoseconds),
                   .start = 1e-9 * static_cast<double>(times.start),
                   .last = 1e-9 * static_cast<double>(times.last),
                   .bytes = bytes_of(step.input_specs) + bytes_of(step.output_specs)};
    if (!step.implementation.empty()) row.kernel += " " + step.implementation;
    profile.seconds += row.seconds;
    profile.rows.push_back(std::move(row));
  }
}

}  // namespace kerascpp::compiler
