// config and backends: what the library has on this machine.
#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>

#include <kerascpp/backend/choice.hpp>
#include <kerascpp/kerascpp.hpp>

#include "commands.hpp"
#include "op_samples.hpp"

namespace kerascpp::tool {
namespace {

std::string outcome_of(const OpSample& sample) {
  const runtime::KernelChoice choice =
      runtime::choose_kernel("cpu", *sample.op, sample.attributes, sample.inputs, sample.outputs);
  std::string text = choice.kernel.empty() ? "none" : choice.kernel;
  if (!choice.implementation.empty() && choice.implementation != "reference") text += " " + choice.implementation;
  for (const auto& refusal : choice.refusals) text += "; " + refusal.kernel + " refuses: " + refusal.reason;
  return text;
}

// One line for the dtypes of an operation with which the same happens.
void print_ops() {
  std::map<const OpDef*, std::vector<std::pair<std::string, std::string>>> lines;  // outcome, dtypes
  for (int i = 0; i < kNumDTypes; ++i) {
    const auto dtype = static_cast<DType>(i);
    for (const OpSample& sample : op_samples(dtype)) {
      const std::string outcome = outcome_of(sample);
      auto& of_op = lines[sample.op];
      auto line = std::find_if(of_op.begin(), of_op.end(), [&](const auto& l) { return l.first == outcome; });
      if (line == of_op.end()) line = of_op.insert(line, {outcome, ""});
      line->second += " " + to_string(dtype);
    }
  }
  for (const OpDef* op : OpRegistry::global().all())
    for (const auto& [outcome, dtypes] : lines[op])
      std::printf("%s%s: %s\n", op->name.c_str(), dtypes.c_str(), outcome.c_str());
}

}  // namespace

Action add_config(CLI::App&) {
  return [] { std::fputs(config::to_string().c_str(), stdout); };
}

Action add_backends(CLI::App& app) {
  auto ops = std::make_shared<bool>(false);
  app.add_flag("--ops", *ops, "For each operation and dtype, the kernel that the CPU takes, and why others refuse");
  return [ops] {
    if (*ops) return print_ops();
    for (const runtime::BackendDef& backend : runtime::KernelRegistry::global().backends())
      std::printf("%s: %s%s\n", backend.name.c_str(), backend.description.c_str(),
                  backend.unavailable.empty() ? "" : (" (unavailable: " + backend.unavailable + ")").c_str());
  };
}

}  // namespace kerascpp::tool
