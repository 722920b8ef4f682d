#pragma once

#include <complex>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <xtensor/xarray.hpp>

#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/core/error.hpp>

/// Reference kernels compute every dtype in the widest type of its kind: bool and integers in int64 (uint64 wraps
/// alike), floating dtypes in float64, complex dtypes in complex128. Results are rounded once, when stored.
namespace kerascpp::reference {

using Complex = std::complex<double>;

/// A copy of a tensor's elements in the wide type. Wide is std::int64_t, double or Complex; every dtype converts
/// (complex to real drops the imaginary part).
template <class Wide>
[[nodiscard]] xt::xarray<Wide> load(const void* data, const TensorSpec& spec);

/// Stores wide elements as `spec.dtype`; the array must have spec's number of elements.
template <class Wide>
void store(const xt::xarray<Wide>& values, void* data, const TensorSpec& spec);

/// Calls `f` with a value of the wide type for `dtype`: f(std::int64_t{}), f(double{}) or f(Complex{}).
template <class F>
decltype(auto) with_wide_type(DType dtype, F&& f) {
  if (is_complex(dtype)) return f(Complex{});
  if (is_floating(dtype)) return f(double{});
  return f(std::int64_t{});
}

/// A kernel from a callable `void(const KernelQuery&, const KernelArguments&)`.
template <class F>
[[nodiscard]] runtime::Prepared make_kernel(const runtime::KernelQuery& query, F function) {
  class FunctionKernel final : public runtime::Kernel {
   public:
    FunctionKernel(const runtime::KernelQuery& query, F function)
        : attributes_(query.attributes),
          query_{query.op, attributes_, query.inputs, query.outputs, query.input_layouts, query.constants},
          function_(std::move(function)) {}
    void run(const runtime::KernelArguments& arguments) const override { function_(query_, arguments); }

   private:
    Attributes attributes_;
    runtime::KernelQuery query_;
    F function_;
  };
  runtime::Prepared prepared;
  prepared.kernel = std::make_shared<FunctionKernel>(query, std::move(function));
  prepared.implementation = "reference";
  return prepared;
}

/// Registers `function(query, arguments)` as the reference kernel of `op`.
template <class F>
void add_reference_kernel(runtime::KernelRegistry& registry, std::string op, F function) {
  registry.add_kernel({"reference", "xtensor", std::move(op),
                       [function](const runtime::KernelQuery& query) { return make_kernel(query, function); }});
}

}  // namespace kerascpp::reference
