#include "backends/fused_support.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/random.hpp>

#include "backend/reorder.hpp"
#include "compiler/fused_loop.hpp"

#include "support/catch.hpp"

namespace kerascpp::testing {
namespace {

using cpu::FusedEngine;
using runtime::KernelArguments;
using runtime::KernelQuery;
using runtime::KernelRegistry;
using runtime::Layout;
using runtime::Prepared;

constexpr unsigned char kGuard = 0xa5;
constexpr std::size_t kGuardBytes = 64;

/// Memory with guard bytes behind it.
class Guarded {
 public:
  explicit Guarded(std::size_t bytes) : bytes_(bytes), memory_(Storage::allocate_host(bytes + kGuardBytes)) {
    std::memset(memory_->data, kGuard, bytes + kGuardBytes);
  }
  [[nodiscard]] void* data() const { return memory_->data; }
  void check() const {
    const auto* behind = static_cast<const unsigned char*>(memory_->data) + bytes_;
    for (std::size_t i = 0; i < kGuardBytes; ++i) REQUIRE(behind[i] == kGuard);
  }

 private:
  std::size_t bytes_;
  std::shared_ptr<Storage> memory_;
};

Layout at(const std::vector<Layout>& layouts, std::size_t i) { return i < layouts.size() ? layouts[i] : Layout{}; }

std::size_t bytes_of(const TensorSpec& spec, const Layout& layout) {
  return static_cast<std::size_t>(layout.physical_size(spec.shape)) * itemsize(spec.dtype);
}

template <class F>
auto with_query(const FusedCase& fused, F&& f) {
  const Attributes attributes = fused.attributes();
  KernelQuery query{
      OpRegistry::global().get("fused"),       attributes, fused.input_specs(), fused.output_specs(), fused.layouts,
      std::vector<Tensor>(fused.inputs.size())};
  query.input_layouts.resize(fused.inputs.size());
  return f(query);
}

// An input whose memory output `i` may take over and no other output has taken, or -1.
int free_input(const Prepared& prepared, std::size_t i, std::vector<int>& used) {
  if (i >= prepared.in_place.size()) return -1;
  for (int input : prepared.in_place[i])
    if (std::find(used.begin(), used.end(), input) == used.end()) {
      used.push_back(input);
      return input;
    }
  return -1;
}

std::vector<Tensor> run_prepared(const FusedCase& fused, const Prepared& prepared, bool in_place) {
  std::vector<Guarded> memory;
  std::vector<const void*> inputs;
  std::vector<void*> outputs;
  const std::vector<TensorSpec> input_specs = fused.input_specs();
  const std::vector<TensorSpec> output_specs = fused.output_specs();
  for (std::size_t i = 0; i < input_specs.size(); ++i) {
    const Layout layout = at(prepared.input_layouts, i);
    memory.emplace_back(bytes_of(input_specs[i], layout));
    runtime::reorder(fused.values[i].raw(), Layout{}, memory.back().data(), layout, input_specs[i]);
    inputs.push_back(memory.back().data());
  }
  std::vector<int> used;
  for (std::size_t i = 0; i < output_specs.size(); ++i) {
    const int taken = in_place ? free_input(prepared, i, used) : -1;
    if (taken >= 0) {
      outputs.push_back(const_cast<void*>(inputs[static_cast<std::size_t>(taken)]));
    } else {
      memory.emplace_back(bytes_of(output_specs[i], at(prepared.output_layouts, i)));
      outputs.push_back(memory.back().data());
    }
  }
  memory.emplace_back(prepared.workspace_bytes);
  prepared.kernel->run({inputs.data(), outputs.data(), memory.back().data()});
  for (const Guarded& block : memory) block.check();
  std::vector<Tensor> results;
  for (std::size_t i = 0; i < output_specs.size(); ++i) {
    const Layout layout = at(prepared.output_layouts, i);
    const TensorSpec& spec = output_specs[i];
    results.push_back(Tensor::empty(spec.shape, spec.dtype));
    runtime::reorder(outputs[i], layout, results.back().raw(), Layout{}, spec);
    // back again gives the same bytes only if the padding is zero
    const Guarded again(bytes_of(spec, layout));
    runtime::reorder(results.back().raw(), Layout{}, again.data(), layout, spec);
    REQUIRE(std::memcmp(again.data(), outputs[i], bytes_of(spec, layout)) == 0);
  }
  return results;
}

double epsilon_of(DType dtype) {
  switch (dtype) {
    case DType::Float16:
      return 0x1p-10;
    case DType::BFloat16:
      return 0x1p-7;
    case DType::Float32:
      return std::numeric_limits<float>::epsilon();
    default:
      return std::numeric_limits<double>::epsilon();
  }
}

}  // namespace

Attributes FusedCase::attributes() const {
  auto body = std::make_shared<Graph>();
  body->inputs = inputs;
  body->outputs = outputs;
  return {{"body", std::shared_ptr<const Graph>(std::move(body))}};
}

std::vector<TensorSpec> FusedCase::input_specs() const {
  std::vector<TensorSpec> specs;
  for (const Tensor& value : values) specs.push_back({value.dtype(), value.shape()});
  return specs;
}

std::vector<TensorSpec> FusedCase::output_specs() const {
  std::vector<TensorSpec> specs;
  for (const Symbol& output : outputs) specs.push_back(output.spec());
  return specs;
}

Prepared prepare(const FusedCase& fused, FusedEngine engine) {
  return with_query(fused, [engine](const KernelQuery& query) { return cpu::prepare_fused(query, engine); });
}

std::string loops_of(const FusedCase& fused) {
  return with_query(fused, [&](const KernelQuery& query) {
    return to_string(compiler::lower_fused(*query.attributes.get<std::shared_ptr<const Graph>>("body"), query));
  });
}

std::vector<Tensor> run(const FusedCase& fused, FusedEngine engine, bool in_place) {
  const Prepared prepared = prepare(fused, engine);
  INFO(name(engine) << " refused: " << prepared.refusal);
  REQUIRE(prepared.kernel != nullptr);
  return run_prepared(fused, prepared, in_place);
}

std::vector<Tensor> run_reference(const FusedCase& fused) {
  return with_query(fused, [&](const KernelQuery& query) {
    const Prepared prepared = KernelRegistry::global().kernels("reference", "fused").front()->prepare(query);
    INFO("the reference refused: " << prepared.refusal);
    REQUIRE(prepared.kernel != nullptr);
    return run_prepared(fused, prepared, false);
  });
}

std::vector<FusedEngine> engines() {
  FusedCase probe;
  probe.inputs = {placeholder({1})};
  probe.outputs = {make_symbol("negative", {probe.inputs[0]})};
  probe.values = {zeros({1})};
  std::vector<FusedEngine> found;
  for (FusedEngine engine : {FusedEngine::BaselineTiles, FusedEngine::Avx2Tiles, FusedEngine::Avx512Tiles,
                             FusedEngine::Avx2Code, FusedEngine::Avx512Code})
    if (prepare(probe, engine).kernel != nullptr) found.push_back(engine);
  return found;
}

std::string name(FusedEngine engine) {
  switch (engine) {
    case FusedEngine::Best:
      return "best";
    case FusedEngine::Code:
      return "code";
    case FusedEngine::Tiles:
      return "tiles";
    case FusedEngine::Avx2Code:
      return "AVX2 code";
    case FusedEngine::Avx512Code:
      return "AVX-512 code";
    case FusedEngine::BaselineTiles:
      return "baseline tiles";
    case FusedEngine::Avx2Tiles:
      return "AVX2 tiles";
    case FusedEngine::Avx512Tiles:
      return "AVX-512 tiles";
  }
  KCPP_UNREACHABLE();
}

void check_close(const Tensor& actual, const Tensor& expected, double ulps, double scale) {
  REQUIRE(actual.dtype() == expected.dtype());
  REQUIRE(actual.shape() == expected.shape());
  const double tolerance = is_floating(actual.dtype()) ? ulps * epsilon_of(actual.dtype()) : 0;
  const bool is_integral = !is_floating(actual.dtype());
  for (std::int64_t i = 0; i < actual.size(); ++i) {
    const auto a = actual.item<double>(i);
    const auto b = expected.item<double>(i);
    if (a == b && (!is_integral || actual.item<std::int64_t>(i) == expected.item<std::int64_t>(i))) continue;
    if (std::isnan(a) && std::isnan(b)) continue;
    if (std::abs(a - b) <= tolerance * std::max(std::abs(b), scale)) continue;
    FAIL("element " << i << " of " << to_string(actual.shape()) << " is " << a << " where " << b << " is expected");
  }
}

void check_engines(const FusedCase& fused, double ulps, double scale) {
  const std::vector<Tensor> expected = run_reference(fused);
  for (FusedEngine engine : engines()) {
    INFO(name(engine) << " on\n" << loops_of(fused));
    // there is code for some loops only; the tiles take all
    const bool is_code = engine == FusedEngine::Avx2Code || engine == FusedEngine::Avx512Code;
    if (is_code && prepare(fused, engine).kernel == nullptr) continue;
    const std::vector<Tensor> actual = run(fused, engine);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      INFO("output " << i);
      check_close(actual[i], expected[i], ulps, scale);
    }
  }
}

Tensor numbers(const Shape& shape, DType dtype, std::uint64_t seed, double low, double high) {
  if (is_bool(dtype)) return RandomStream(seed).randint(0, 2, shape).astype(dtype);
  if (is_floating(dtype)) return RandomStream(seed).uniform(shape, low, high, DType::Float64).astype(dtype);
  const auto least = is_unsigned(dtype) ? std::int64_t{0} : static_cast<std::int64_t>(low);
  return RandomStream(seed).randint(least, static_cast<std::int64_t>(high) + 1, shape, DType::Int64).astype(dtype);
}

}  // namespace kerascpp::testing
