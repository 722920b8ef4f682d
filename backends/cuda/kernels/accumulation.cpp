#include <kerascpp/core/error.hpp>

#include "backends/cuda/codegen/places.hpp"
#include "backends/cuda/families.hpp"

/// Sums and products along an axis, and the place of its largest and smallest element: a thread for each row.
namespace kerascpp::cuda {
namespace {

using runtime::KernelQuery;
using runtime::Prepared;

Prepared prepare_accumulation(const KernelQuery& query, bool product) {
  const TensorSpec &x = query.inputs[0], &out = query.outputs[0];
  const AxisView view = axis_view(x.shape, query.attributes.integer("axis"));
  const bool exclusive = query.attributes.flag("exclusive"), reverse = query.attributes.flag("reverse");
  const DType dtype = x.dtype;
  const std::string wide = is_floating(dtype) || is_complex(dtype) ? compute_type(dtype)
                           : is_unsigned(dtype) || is_bool(dtype)  ? "uint64"
                                                                   : "int64";
  KernelBuilder kernel;
  kernel.needs("complex");
  kernel.for_each(x.shape.size() == 0 ? 0 : view.outer * view.inner,
                  {text_of("const ", type_name(dtype), "* x"), text_of(type_name(out.dtype), "* y")},
                  text_of("const int64 first = int64(i) / ", view.inner, " * ", view.length * view.inner,
                          " + int64(i) % ", view.inner, ";\n", wide, " total = convert<", wide, ">(", product ? 1 : 0,
                          ");\nfor (int64 t = 0; t < ", view.length, "; ++t) {\n  const int64 at = first + ",
                          reverse ? text_of("(", view.length - 1, " - t)") : "t", " * ", view.inner, ";\n  const ",
                          wide, " next = ", product ? "op_multiply" : "op_add", "(total, convert<", wide,
                          ">(get(x[at])));\n  put(y[at], ", exclusive ? "total" : "next", ");\n  total = next;\n}"),
                  {input(0), output(0)});
  return kernel.prepared("thread for each row");
}

// Over several axes at once the elements of a result are looked through in row-major order. The first of equal ones
// wins, and the first NaN wins over all.
Prepared prepare_index(const KernelQuery& query, bool largest) {
  const TensorSpec &x = query.inputs[0], &out = query.outputs[0];
  if (is_complex(x.dtype)) return Prepared::refuse("complex numbers have no order");
  std::vector<bool> reduced(static_cast<std::size_t>(x.shape.ndim()), false), kept(reduced.size(), true);
  std::int64_t count = 1, results = 1;
  for (const std::int64_t axis : query.attributes.integers("axis")) {
    reduced[static_cast<std::size_t>(axis)] = true;
    kept[static_cast<std::size_t>(axis)] = false;
  }
  for (int d = 0; d < x.shape.ndim(); ++d) (reduced[static_cast<std::size_t>(d)] ? count : results) *= x.shape[d];
  const std::vector<std::string> names = coordinate_names(x.shape.ndim());
  const std::vector<std::int64_t> strides = x.shape.strides().vector();
  const std::string wide = compute_type(x.dtype);
  KernelBuilder kernel;
  kernel.for_each(
      count == 0 ? 0 : results, {text_of("const ", type_name(x.dtype), "* x"), text_of(type_name(out.dtype), "* y")},
      text_of(coordinates_text(x.shape.vector(), "int64", "int64(i)", kept), "const ", type_name(x.dtype),
              "* from = x + (", offset_text(names, strides, kept), ");\n", wide,
              " best = get(from[0]);\nint64 index = 0;\nfor (int64 r = 1; r < ", count, "; ++r) {\n",
              coordinates_text(x.shape.vector(), "int64", "r", reduced), "const ", wide, " value = get(from[",
              offset_text(names, strides, reduced), "]);\nif (best == best && (value != value || value ",
              largest ? ">" : "<", " best)) {\n  best = value;\n  index = r;\n}\n}\nput(y[i], index);"),
      {input(0), output(0)});
  return kernel.prepared("thread for each result");
}

}  // namespace

void register_accumulation_kernels(runtime::KernelRegistry& registry) {
  const auto add = [&registry](const char* op, Prepared (*prepare)(const KernelQuery&, bool), bool flag) {
    registry.add_kernel(
        {"cuda", "nvrtc", op, [prepare, flag](const KernelQuery& query) { return prepare(query, flag); }});
  };
  add("cumsum", prepare_accumulation, false);
  add("cumprod", prepare_accumulation, true);
  add("argmax", prepare_index, true);
  add("argmin", prepare_index, false);
}

}  // namespace kerascpp::cuda
