#include <algorithm>
#include <cmath>
#include <limits>

#include <kerascpp/core/error.hpp>

#include "backends/cuda/codegen/loop_instructions.hpp"
#include "backends/cuda/codegen/loop_names.hpp"
#include "backends/cuda/families.hpp"
#include "core/convert.hpp"

/// Random numbers: the blocks of Philox that the CPU draws, computed as written, so that they are equal bit by bit.
namespace kerascpp::cuda {
namespace {

using runtime::KernelQuery;
using runtime::Prepared;

/// The largest number of the dtype below `high`: rounding must not reach the end of a half-open range.
double below(DType dtype, double high) {
  const auto rounded = [dtype](double value) {
    return with_type(dtype, [value]<class T>() -> double {
      if constexpr (is_complex_type<T>)
        return value;
      else
        return convert<double>(convert<T>(value));
    });
  };
  double value = rounded(high);
  if (value < high) return value;
  // the next one below: by halving the distance to it
  for (double step = std::max(std::abs(high), 1e-300) * 0x1p-60; !(value < high); step *= 2)
    value = rounded(high - step);
  return value;
}

/// A kernel with a thread for each block: four elements, of float64 two. `value` is a text about `block`, `k` and
/// `index`.
Prepared prepare_blocks(const KernelQuery& query, const std::string& value) {
  const TensorSpec& out = query.outputs[0];
  const std::int64_t per_block = out.dtype == DType::Float64 ? 2 : 4, size = out.shape.size();
  KernelBuilder kernel;
  kernel.be_exact();
  kernel.needs("philox");
  const std::string type(type_name(out.dtype));
  kernel.for_each((size + per_block - 1) / per_block, {"const int64* key", type + "* y"},
                  text_of("const Draw draw = draw_of(key);\nconst uint64 index = i;\nconst RandomBlock block = "
                          "random_block(draw, index);\nfor (int k = 0; k < ",
                          per_block, "; ++k) {\nconst int64 at = int64(i) * ", per_block, " + k;\nif (at < ", size,
                          ") put(y[at], ", value, ");\n}"),
                  {input(0), output(0)});
  return kernel.prepared("philox");
}

Prepared prepare_uniform(const KernelQuery& query) {
  const double low = query.attributes.number("low"), high = query.attributes.number("high");
  const DType dtype = query.outputs[0].dtype;
  const double largest = std::max(low, below(dtype, high));
  return prepare_blocks(query, text_of("fmin(", double_text(low), " + ", double_text(high - low), " * unit_of<",
                                       type_name(dtype), ">(block, k), ", double_text(largest), ")"));
}

Prepared prepare_normal(const KernelQuery& query) {
  return prepare_blocks(query, text_of(double_text(query.attributes.number("mean")), " + ",
                                       double_text(query.attributes.number("stddev")), " * normal_of<",
                                       type_name(query.outputs[0].dtype), ">(block, k)"));
}

Prepared prepare_truncated_normal(const KernelQuery& query) {
  const std::string type(type_name(query.outputs[0].dtype));
  return prepare_blocks(query, text_of(double_text(query.attributes.number("mean")), " + ",
                                       double_text(query.attributes.number("stddev")), R"( * ([&] {
  double normal = normal_of<)",
                                       type, R"(>(block, k);
  for (uint64 attempt = 1; fabs(normal) > 2; ++attempt) {
    if (attempt == 256) return 0.0;
    normal = normal_of<)",
                                       type, R"(>(random_block(draw, index, attempt), k);
  }
  return normal;
})())"));
}

/// A kernel with a thread for each element.
Prepared prepare_elements(const KernelQuery& query, const std::string& value) {
  KernelBuilder kernel;
  kernel.be_exact();
  kernel.needs("distributions");
  std::vector<std::string> parameters{"const int64* key", text_of(type_name(query.outputs[0].dtype), "* y")};
  std::vector<Parameter> arguments{input(0), output(0)};
  for (std::size_t k = 1; k < query.inputs.size(); ++k) {
    parameters.push_back(text_of("const ", type_name(query.inputs[k].dtype), "* p", k));
    arguments.push_back(input(k));
  }
  kernel.for_each(query.outputs[0].shape.size(), parameters,
                  "const Draw draw = draw_of(key);\nput(y[i], " + value + ");", arguments);
  return kernel.prepared("philox");
}

Prepared prepare_integers(const KernelQuery& query) {
  const std::int64_t low = query.attributes.integer("low"), high = query.attributes.integer("high");
  const std::uint64_t bound = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
  return prepare_elements(
      query, text_of("int64(", static_cast<std::uint64_t>(low), "ull + random_integer(draw, i, ", bound, "ull))"));
}

// Fisher and Yates: each exchange depends on the one before it, so one thread makes them all.
Prepared prepare_permutation(const KernelQuery& query) {
  const std::int64_t n = query.outputs[0].shape[0];
  KernelBuilder kernel;
  kernel.be_exact();
  kernel.needs("philox");
  kernel.for_each(
      n == 0 ? 0 : 1, {"const int64* key", "int64* y"},
      text_of("const Draw draw = draw_of(key);\nfor (int64 e = 0; e < ", n, "; ++e) y[e] = e;\nfor (int64 e = ", n,
              " - 1; e > 0; --e) {\nconst int64 other = int64(random_integer(draw, uint64(e), uint64(e) + "
              "1)), kept = y[e];\ny[e] = y[other];\ny[other] = kept;\n}"),
      {input(0), output(0)});
  return kernel.prepared("philox, one thread");
}

std::string parameter(const KernelQuery& query, std::size_t k) {
  return text_of("double(get(p", k, query.inputs[k].shape.size() == 1 ? "[0]))" : "[i]))");
}

}  // namespace

void register_random_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cuda", "nvrtc", "random_uniform", prepare_uniform});
  registry.add_kernel({"cuda", "nvrtc", "random_normal", prepare_normal});
  registry.add_kernel({"cuda", "nvrtc", "random_truncated_normal", prepare_truncated_normal});
  registry.add_kernel({"cuda", "nvrtc", "random_integers", prepare_integers});
  registry.add_kernel({"cuda", "nvrtc", "random_permutation", prepare_permutation});
  registry.add_kernel({"cuda", "nvrtc", "random_gamma", [](const KernelQuery& query) {
                         return prepare_elements(query, "random_gamma(draw, i, " + parameter(query, 1) + ")");
                       }});
  registry.add_kernel({"cuda", "nvrtc", "random_poisson", [](const KernelQuery& query) {
                         return prepare_elements(query, "random_poisson(draw, i, " + parameter(query, 1) + ")");
                       }});
  registry.add_kernel({"cuda", "nvrtc", "random_binomial", [](const KernelQuery& query) {
                         return prepare_elements(query, "random_binomial(draw, i, " + parameter(query, 1) + ", " +
                                                            parameter(query, 2) + ")");
                       }});
}

}  // namespace kerascpp::cuda
