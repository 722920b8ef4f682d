#include <bit>
#include <limits>

#include <kerascpp/core/error.hpp>

#include "backends/cuda/codegen/places.hpp"
#include "backends/cuda/families.hpp"

namespace kerascpp::cuda {
namespace {

using runtime::KernelQuery;
using runtime::Prepared;

constexpr std::int64_t kMostInBlock = 2048;  // indices that a block sorts in shared memory

/// The rows of an array along an axis.
struct Rows {
  AxisView view;
  std::int64_t count, padded;  // number of rows; power of two that holds their length
  std::string type;            // of the elements

  Rows(const TensorSpec& x, std::int64_t axis) : view(axis_view(x.shape, axis)), type(type_name(x.dtype)) {
    count = view.outer * view.inner;
    padded =
        static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(std::max<std::int64_t>(view.length, 2))));
  }
  /// Declares `x`, the first element of the row number `number`.
  [[nodiscard]] std::string row_text(const std::string& number) const {
    return text_of("const ", type, "* x = from + ", number, " / ", view.inner, " * ", view.length * view.inner, " + ",
                   number, " % ", view.inner, ";\n");
  }
  [[nodiscard]] std::string compare_text(bool descending, const std::string& order, const std::string& pair,
                                         const std::string& k, const std::string& j) const {
    return text_of("compare_pair<", descending ? "true" : "false", ">(x, int64(", view.inner, "), int64(", view.length,
                   "), ", order, ", ", pair, ", ", k, ", ", j, ");\n");
  }
};

/// Adds functions that bring the indices of each row into order, `padded` of them for each row.
Parameter add_order(KernelBuilder& kernel, const Rows& rows, bool descending) {
  const Parameter order = kernel.reserve(static_cast<std::size_t>(rows.count * rows.padded) * 4);
  const std::vector<std::string> parameters{"const " + rows.type + "* from", "int32* order"};
  const std::vector<Parameter> arguments{input(0), order};
  if (rows.padded <= kMostInBlock) {
    const auto block = static_cast<unsigned>(std::min<std::int64_t>(rows.padded / 2, 512));
    kernel.for_each_row(
        rows.count, block, parameters,
        text_of("__shared__ int32 indices[", rows.padded, "];\n", rows.row_text("row"),
                "for (int i = threadIdx.x; i < ", rows.padded, "; i += ", block,
                ") indices[i] = i;\n__syncthreads();\nfor (int64 k = 2; k <= ", rows.padded,
                "; k *= 2)\n  for (int64 j = k / 2; j > 0; j /= 2) {\n    for (int64 t = threadIdx.x; t < ",
                rows.padded / 2, "; t += ", block, ")\n      ", rows.compare_text(descending, "indices", "t", "k", "j"),
                "    __syncthreads();\n  }\nfor (int i = threadIdx.x; i < ", rows.padded, "; i += ", block,
                ") order[row * ", rows.padded, " + i] = indices[i];"),
        arguments);
    return order;
  }
  kernel.for_each(rows.count * rows.padded, {"int32* order"}, text_of("order[i] = int32(i % ", rows.padded, ");"),
                  {order});
  for (std::int64_t k = 2; k <= rows.padded; k *= 2)
    for (std::int64_t j = k / 2; j > 0; j /= 2)
      kernel.for_each(rows.count * rows.padded / 2, parameters,
                      text_of("const int64 r = int64(i) / ", rows.padded / 2, ";\n", rows.row_text("r"),
                              rows.compare_text(descending, text_of("order + r * ", rows.padded),
                                                text_of("int64(i) % ", rows.padded / 2), text_of("int64(", k, ")"),
                                                text_of("int64(", j, ")"))),
                      arguments);
  return order;
}

Prepared refuse_long(const Rows& rows) {
  return Prepared::refuse(text_of("rows of ", rows.view.length, " elements are too long for indices of 32 bits"));
}

bool is_too_long(const Rows& rows) { return rows.padded > std::numeric_limits<std::int32_t>::max() / 2; }

// Element i of the result is the t-th of its row; `value` is a text about `index` and the row `x`.
void add_results(KernelBuilder& kernel, const Rows& rows, const Parameter& order, const TensorSpec& out, std::size_t o,
                 std::int64_t length, const std::string& value) {
  kernel.for_each(
      out.shape.size(), {"const " + rows.type + "* from", "const int32* order", text_of(type_name(out.dtype), "* y")},
      text_of("const int64 t = int64(i) / ", rows.view.inner, " % ", length, ", r = int64(i) / ",
              length * rows.view.inner, " * ", rows.view.inner, " + int64(i) % ", rows.view.inner, ";\n",
              rows.row_text("r"), "const int32 index = order[r * ", rows.padded, " + t];\ny[i] = ", value, ";"),
      {input(0), order, output(o)});
}

const char* const kElement = "x[index * int64(inner)]";

Prepared prepare_sort(const KernelQuery& query, bool indices) {
  const TensorSpec& x = query.inputs[0];
  if (is_complex(x.dtype)) return Prepared::refuse("complex numbers have no order");
  const Rows rows(x, query.attributes.integer("axis"));
  if (is_too_long(rows)) return refuse_long(rows);
  KernelBuilder kernel;
  kernel.needs("sorting");
  if (x.shape.size() > 0) {
    kernel.add(text_of("static const int64 inner = ", rows.view.inner, ";\n"));
    const Parameter order = add_order(kernel, rows, false);
    add_results(kernel, rows, order, query.outputs[0], 0, rows.view.length, indices ? "index" : kElement);
  }
  return kernel.prepared("sorting network");
}

Prepared prepare_top_k(const KernelQuery& query) {
  const TensorSpec& x = query.inputs[0];
  if (is_complex(x.dtype)) return Prepared::refuse("complex numbers have no order");
  const Rows rows(x, x.shape.ndim() - 1);
  if (is_too_long(rows)) return refuse_long(rows);
  const std::int64_t k = query.attributes.integer("k");
  KernelBuilder kernel;
  kernel.needs("sorting");
  if (x.shape.size() > 0 && k > 0) {
    kernel.add(text_of("static const int64 inner = ", rows.view.inner, ";\n"));
    const Parameter order = add_order(kernel, rows, true);
    add_results(kernel, rows, order, query.outputs[0], 0, k, kElement);
    add_results(kernel, rows, order, query.outputs[1], 1, k, "index");
  }
  return kernel.prepared("sorting network");
}

Prepared prepare_searchsorted(const KernelQuery& query) {
  const TensorSpec &sorted = query.inputs[0], &values = query.inputs[1];
  if (is_complex(sorted.dtype)) return Prepared::refuse("complex numbers have no order");
  const bool right = query.attributes.text("side") == "right";
  const std::string wide = compute_type(sorted.dtype);
  KernelBuilder kernel;
  kernel.needs("sorting");
  kernel.for_each(
      values.shape.size(),
      {text_of("const ", type_name(sorted.dtype), "* sorted"), text_of("const ", type_name(values.dtype), "* x"),
       text_of(type_name(query.outputs[0].dtype), "* y")},
      text_of("put(y[i], search_sorted<", right ? "true" : "false", ">(sorted, int64(", sorted.shape.size(), "), ",
              wide, "(get(x[i]))));"),
      {input(0), input(1), output(0)});
  return kernel.prepared("binary search");
}

}  // namespace

void register_sorting_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cuda", "nvrtc", "sort", [](const KernelQuery& query) { return prepare_sort(query, false); }});
  registry.add_kernel({"cuda", "nvrtc", "argsort", [](const KernelQuery& query) { return prepare_sort(query, true); }});
  registry.add_kernel({"cuda", "nvrtc", "top_k", prepare_top_k});
  registry.add_kernel({"cuda", "nvrtc", "searchsorted", prepare_searchsorted});
}

}  // namespace kerascpp::cuda
