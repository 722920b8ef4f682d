#include "support/cuda/device_runner.hpp"

#include <algorithm>
#include <mutex>
#include <set>

#include <kerascpp/core/error.hpp>

#include "backends/cuda/codegen/compile.hpp"
#include "backends/cuda/codegen/kernel_builder.hpp"
#include "backends/cuda/libraries/nvrtc.hpp"
#include "support/catch.hpp"
#include "support/skip.hpp"

namespace kerascpp::testing {
namespace {

struct Sources {
  std::mutex mutex;
  std::set<std::string> seen;
};
Sources& collected() {
  static Sources all;
  return all;
}

}  // namespace

std::vector<Tensor> run_on_gpu(const runtime::Prepared& prepared, const runtime::KernelQuery& query,
                               const std::vector<Tensor>& inputs, bool in_place) {
  const std::shared_ptr<runtime::Accelerator> gpu = runtime::accelerator_of("cuda");
  runtime::Queue& queue = gpu->queue();
  std::vector<std::shared_ptr<Storage>> memory, input_memory;
  std::vector<const void*> from;
  std::vector<void*> to;
  for (const Tensor& value : inputs) {
    input_memory.push_back(gpu->allocate(value.nbytes()));
    queue.upload(input_memory.back()->data, value.raw(), value.nbytes());
    from.push_back(input_memory.back()->data);
  }
  std::vector<int> taken;
  for (std::size_t o = 0; o < query.outputs.size(); ++o) {
    const TensorSpec& spec = query.outputs[o];
    const std::size_t bytes = static_cast<std::size_t>(spec.shape.size()) * itemsize(spec.dtype);
    int source = -1;
    if (in_place && o < prepared.in_place.size())
      for (const int candidate : prepared.in_place[o])
        if (inputs[static_cast<std::size_t>(candidate)].nbytes() == bytes &&
            std::find(taken.begin(), taken.end(), candidate) == taken.end())
          source = candidate;
    if (source >= 0) {
      taken.push_back(source);
      to.push_back(const_cast<void*>(from[static_cast<std::size_t>(source)]));
    } else {
      memory.push_back(gpu->allocate(bytes));
      to.push_back(memory.back()->data);
    }
  }
  const auto workspace = gpu->allocate(prepared.workspace_bytes);
  prepared.kernel->run({from.data(), to.data(), workspace->data, &queue});
  std::vector<Tensor> results;
  for (std::size_t o = 0; o < query.outputs.size(); ++o) {
    results.push_back(Tensor::empty(query.outputs[o].shape, query.outputs[o].dtype));
    queue.download(results.back().raw(), to[o], results.back().nbytes());
  }
  queue.wait();
  return results;
}

runtime::Prepared prepare_on_gpu(const runtime::KernelQuery& query) {
  std::string refusals;
  for (const auto& kernel : runtime::KernelRegistry::global().kernels("cuda", query.op.name)) {
    runtime::Prepared prepared = kernel->prepare(query);
    if (prepared.kernel != nullptr) return prepared;
    refusals += (refusals.empty() ? "" : "; ") + kernel->library + ": " + prepared.refusal;
  }
  return runtime::Prepared::refuse(refusals.empty() ? "none is registered" : refusals);
}

std::vector<Tensor> run_reference_kernel(const runtime::KernelQuery& query, const std::vector<Tensor>& inputs) {
  const auto kernels = runtime::KernelRegistry::global().kernels("reference", query.op.name);
  KCPP_CHECK(!kernels.empty(), Error, "there is no reference kernel of ", query.op.name);
  const runtime::Prepared prepared = kernels.front()->prepare(query);
  KCPP_CHECK(prepared.kernel != nullptr, Error, "the reference kernel refuses: ", prepared.refusal);
  std::vector<const void*> from;
  std::vector<void*> to;
  std::vector<Tensor> results;
  for (const Tensor& value : inputs) from.push_back(value.raw());
  for (const TensorSpec& output : query.outputs) {
    results.push_back(zeros(output.shape, output.dtype));
    to.push_back(results.back().raw());
  }
  const auto workspace = Storage::allocate_host(prepared.workspace_bytes);
  prepared.kernel->run({from.data(), to.data(), workspace->data});
  return results;
}

SourceCollector::SourceCollector() {
  collected().seen.clear();
  cuda::listen_to_sources([](const std::string& source) {
    const std::lock_guard lock(collected().mutex);
    collected().seen.insert(source);
  });
}

SourceCollector::~SourceCollector() { cuda::listen_to_sources(nullptr); }

std::vector<std::string> SourceCollector::sources() const {
  const std::lock_guard lock(collected().mutex);
  return {collected().seen.begin(), collected().seen.end()};
}

void SourceCollector::check_they_compile(std::size_t count) const {
  static cuda::Nvrtc* const compiler = [] {
    auto* const made = new cuda::Nvrtc;  // that of CUDA, whatever is in place of it
    made->load();
    return made;
  }();
  if (!compiler->available()) return skip(compiler->unavailable());
  const std::vector<std::string> all = sources();
  const std::size_t wanted = count == 0 ? all.size() : std::min(count, all.size());
  for (std::size_t i = 0; i < wanted; ++i) {
    const std::string& source = all[i * all.size() / wanted];
    for (const int architecture : {80, 90, 100}) {
      INFO("for sm_" << architecture);
      CHECK_FALSE(cuda::compile_with(*compiler, source, architecture).empty());
    }
  }
}

}  // namespace kerascpp::testing
