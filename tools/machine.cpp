// config and backends: what the library has on this machine.
#include <cstdio>
#include <memory>

#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/kerascpp.hpp>

#include "commands.hpp"

namespace kerascpp::tool {
namespace {

void print_ops() {
  for (const OpDef* op : OpRegistry::global().all()) {
    if (op->has(Trait::Leaf)) continue;
    std::string line = op->name + ":";
    for (const char* backend : {"cpu", "reference"})
      for (const auto& kernel : runtime::KernelRegistry::global().kernels(backend, op->name))
        if (kernel->backend == backend) line += " " + kernel->backend + ":" + kernel->library;
    std::printf("%s\n", line.c_str());
  }
}

}  // namespace

Action add_config(CLI::App&) {
  return [] {
    std::printf("floatx: %s\n", to_string(floatx()).c_str());
    std::printf("epsilon: %g\n", epsilon());
    std::printf("image_data_format: %s\n", image_data_format().c_str());
    std::printf("device: %s\n", to_string(default_device()).c_str());
  };
}

Action add_backends(CLI::App& app) {
  auto ops = std::make_shared<bool>(false);
  app.add_flag("--ops", *ops, "List the kernels of every operation, in the order in which they are tried");
  return [ops] {
    if (*ops) return print_ops();
    for (const runtime::BackendDef& backend : runtime::KernelRegistry::global().backends())
      std::printf("%s: %s%s\n", backend.name.c_str(), backend.description.c_str(),
                  backend.unavailable.empty() ? "" : (" (unavailable: " + backend.unavailable + ")").c_str());
  };
}

}  // namespace kerascpp::tool
