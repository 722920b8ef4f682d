#include <kerascpp/core/error.hpp>

#include "backends/cuda/codegen/places.hpp"
#include "backends/cuda/families.hpp"

/// Elements by index. A GPU cannot stop the program: an index that is out of range reads zero and writes nothing.
namespace kerascpp::cuda {
namespace {

using runtime::KernelQuery;
using runtime::Prepared;

std::string const_pointer(const TensorSpec& spec, const char* name) {
  return text_of("const ", type_name(spec.dtype), "* ", name);
}
std::string pointer(const TensorSpec& spec, const char* name) { return text_of(type_name(spec.dtype), "* ", name); }

// Declares `name`, the place on an axis of `length` that an index names; negative ones count from the end, unless the
// mode is "fill". -1: there is none.
std::string place_on_axis(const std::string& name, const std::string& index, std::int64_t length, bool fill) {
  const std::string wrapped = fill ? "" : text_of("if (", name, " < 0) ", name, " += ", length, ";\n");
  return text_of("int64 ", name, " = int64(", index, ");\n", wrapped, "if (", name, " < 0 || ", name, " >= ", length,
                 ") ", name, " = -1;\n");
}

bool fills(const KernelQuery& query) { return query.attributes.get_or<std::string>("mode", {}) == "fill"; }

// --- take: (outer, length, inner) and n indices give (outer, n, inner)

Prepared prepare_take(const KernelQuery& query) {
  const TensorSpec& out = query.outputs[0];
  const AxisView view = axis_view(query.inputs[0].shape, query.attributes.integer("axis"));
  const std::int64_t n = std::max<std::int64_t>(query.inputs[1].shape.size(), 1);
  const std::int64_t inner = std::max<std::int64_t>(view.inner, 1);
  const std::string type(bytes_type(out.dtype));
  KernelBuilder kernel;
  kernel.for_each(
      out.shape.size(), {"const " + type + "* x", const_pointer(query.inputs[1], "indices"), type + "* y"},
      text_of("const int64 c = int64(i) % ", inner, ", k = int64(i) / ", inner, " % ", n, ", o = int64(i) / ",
              inner * n, ";\n", place_on_axis("at", "indices[k]", view.length, fills(query)), type,
              " zero = {};\ny[i] = at < 0 ? zero : x[(o * ", view.length, " + at) * ", inner, " + c];"),
      {input(0), input(1), output(0)});
  return kernel.prepared("generated");
}

/// Adds up what many indices send to one place, in the order of the indices: first the places are sorted by counting,
/// then a thread for each element of the result adds its own. Without that a sum would depend on chance.
void add_ordered_sums(KernelBuilder& kernel, std::int64_t places, std::int64_t senders,
                      const std::string& declare_place, const TensorSpec& indices, const Parameter& indices_at,
                      Parameter& starts, Parameter& order) {
  const Parameter counts = kernel.reserve(static_cast<std::size_t>(places + 1) * 4);
  starts = kernel.reserve(static_cast<std::size_t>(places + 1) * 4);
  order = kernel.reserve(static_cast<std::size_t>(std::max<std::int64_t>(senders, 1)) * 4);
  kernel.needs("ordered");
  kernel.add(text_of("struct SenderPlace {\n  const ", type_name(indices.dtype),
                     "* indices;\n  __device__ int64 operator()(int64 k) const {\n", declare_place,
                     "    return at;\n  }\n};\n"));
  kernel.clear(counts, static_cast<std::size_t>(places + 1) * 4);
  const std::vector<std::string> parameters{const_pointer(indices, "indices"), "uint32* counts", "uint32* starts",
                                            "uint32* order"};
  const std::vector<Parameter> arguments{indices_at, counts, starts, order};
  kernel.for_each_row(1, 1024, parameters,
                      text_of("(void)row;\norder_by_place<1024>(SenderPlace{indices}, ", senders, ", ", places,
                              ", counts, starts, order);"),
                      arguments);
}

Prepared prepare_take_gradient(const KernelQuery& query) {
  const TensorSpec& out = query.outputs[0];
  const AxisView view = axis_view(out.shape, query.attributes.integer("axis"));
  const std::int64_t n = query.inputs[1].shape.size(), inner = std::max<std::int64_t>(view.inner, 1);
  const std::string wide = compute_type(out.dtype);
  KernelBuilder kernel;
  kernel.needs("complex");
  Parameter starts, order;
  add_ordered_sums(kernel, view.length, n, place_on_axis("at", "indices[k]", view.length, fills(query)),
                   query.inputs[1], input(1), starts, order);
  kernel.for_each(
      out.shape.size(),
      {const_pointer(query.inputs[0], "g"), "const uint32* starts", "const uint32* order", pointer(out, "y")},
      text_of("const int64 c = int64(i) % ", inner, ", at = int64(i) / ", inner, " % ",
              std::max<std::int64_t>(view.length, 1), ", o = int64(i) / ",
              inner * std::max<std::int64_t>(view.length, 1), ";\n", wide, " sum = convert<", wide,
              ">(0);\nfor (uint32 s = starts[at]; s < starts[at + 1]; ++s)\n  sum = op_add(sum, get(g[(o * ", n,
              " + order[s]) * ", inner, " + c]));\nput(y[i], sum);"),
      {input(0), starts, order, output(0)});
  return kernel.prepared("in the order of the indices");
}

// --- take_along_axis: x (outer, length, inner) at indices (outer, n, inner)

Prepared prepare_take_along_axis(const KernelQuery& query) {
  const TensorSpec &x = query.inputs[0], &indices = query.inputs[1];
  const auto axis = static_cast<std::size_t>(query.attributes.integer("axis"));
  const std::string type(bytes_type(x.dtype));
  std::vector<std::string> from = coordinate_names(x.shape.ndim());
  from[axis] = "at";
  KernelBuilder kernel;
  kernel.for_each(indices.shape.size(), {"const " + type + "* x", const_pointer(indices, "indices"), type + "* y"},
                  text_of(declare_coordinates(indices.shape),
                          place_on_axis("at", "indices[i]", x.shape[static_cast<int>(axis)], false), type,
                          " zero = {};\ny[i] = at < 0 ? zero : x[", place_text(from, x.shape), "];"),
                  {input(0), input(1), output(0)});
  return kernel.prepared("generated");
}

// Each element looks for the indices of its row that name it.
Prepared prepare_take_along_axis_gradient(const KernelQuery& query) {
  const TensorSpec &out = query.outputs[0], &indices = query.inputs[1];
  const auto axis = static_cast<std::size_t>(query.attributes.integer("axis"));
  const std::int64_t n = indices.shape[static_cast<int>(axis)];
  const std::string wide = compute_type(out.dtype);
  std::vector<std::string> from = coordinate_names(out.shape.ndim());
  from[axis] = "k";
  std::string inside;  // of the indices, which may be shorter on other axes
  for (int d = 0; d < out.shape.ndim(); ++d)
    if (static_cast<std::size_t>(d) != axis && indices.shape[d] < out.shape[d])
      inside += text_of(inside.empty() ? "" : " && ", "x", d, " < ", indices.shape[d]);
  KernelBuilder kernel;
  kernel.needs("complex");
  kernel.for_each(out.shape.size(),
                  {const_pointer(query.inputs[0], "g"), const_pointer(indices, "indices"), pointer(out, "y")},
                  text_of(declare_coordinates(out.shape), wide, " sum = convert<", wide, ">(0);\n",
                          inside.empty() ? "" : "if (" + inside + ")\n", "for (int64 k = 0; k < ", n,
                          "; ++k) {\n  const int64 from = ", place_text(from, indices.shape), ";\n",
                          place_on_axis("at", "indices[from]", out.shape[static_cast<int>(axis)], false),
                          "  if (at == x", axis, ") sum = op_add(sum, get(g[from]));\n}\nput(y[i], sum);"),
                  {input(0), input(1), output(0)});
  return kernel.prepared("generated");
}

// --- blocks by vectors of indices: indices (..., depth) name blocks of x

struct Blocks {
  std::int64_t count = 0, size = 1, places = 1;
  std::string declare;  // `at`, the number of the block that vector k names, or -1
};

Blocks blocks_of(const Shape& x, const Shape& indices) {
  const auto depth = static_cast<int>(indices.back());
  Blocks blocks;
  blocks.count = indices.slice(0, indices.ndim() - 1).size();
  blocks.size = x.slice(depth, x.ndim()).size();
  std::string combined = "int64 at = 0;\n";
  for (int d = 0; d < depth; ++d) {
    blocks.places *= x[d];
    combined += place_on_axis(text_of("a", d), text_of("indices[k * ", depth, " + ", d, "]"), x[d], false);
    combined += text_of("at = at < 0 || a", d, " < 0 ? -1 : at * ", x[d], " + a", d, ";\n");
  }
  blocks.declare = depth == 0 ? "int64 at = 0;\n(void)k;\n(void)indices;\n" : combined;
  return blocks;
}

Prepared prepare_gather_nd(const KernelQuery& query) {
  const TensorSpec& x = query.inputs[0];
  const Blocks blocks = blocks_of(x.shape, query.inputs[1].shape);
  const std::int64_t size = std::max<std::int64_t>(blocks.size, 1);
  const std::string type(bytes_type(x.dtype));
  KernelBuilder kernel;
  kernel.for_each(query.outputs[0].shape.size(),
                  {"const " + type + "* x", const_pointer(query.inputs[1], "indices"), type + "* y"},
                  text_of("const int64 k = int64(i) / ", size, ";\n", blocks.declare, type,
                          " zero = {};\ny[i] = at < 0 ? zero : x[at * ", size, " + int64(i) % ", size, "];"),
                  {input(0), input(1), output(0)});
  return kernel.prepared("generated");
}

Prepared prepare_scatter_update(const KernelQuery& query) {
  const TensorSpec& x = query.inputs[0];
  const std::string& reduction = query.attributes.text("reduction");
  const Blocks blocks = blocks_of(x.shape, query.inputs[1].shape);
  const std::int64_t size = std::max<std::int64_t>(blocks.size, 1);
  const std::string function = reduction == "add"   ? "op_add"
                               : reduction == "mul" ? "op_multiply"
                               : reduction == "max" ? "op_maximum"
                               : reduction == "min" ? "op_minimum"
                                                    : "";
  KernelBuilder kernel;
  kernel.needs("complex");
  Parameter starts, order;
  add_ordered_sums(kernel, blocks.places, blocks.count, blocks.declare, query.inputs[1], input(1), starts, order);
  const std::string update = text_of("get(updates[order[s] * int64(", size, ") + int64(i) % ", size, "])");
  kernel.for_each(
      x.shape.size(),
      {const_pointer(x, "x"), const_pointer(query.inputs[2], "updates"), "const uint32* starts", "const uint32* order",
       pointer(query.outputs[0], "y")},
      text_of("const int64 at = int64(i) / ", size, ";\n", compute_type(x.dtype), " value = get(x[i]);\n",
              "for (uint32 s = starts[at]; s < starts[at + 1]; ++s)\n  value = ",
              function.empty() ? update : text_of(function, "(value, ", update, ")"), ";\nput(y[i], value);"),
      {input(0), input(2), starts, order, output(0)});
  Prepared prepared = kernel.prepared("in the order of the indices");
  prepared.in_place = {{0}};
  return prepared;
}

// The gradient of updates: that of the last one at each place, zero for those that it replaced.
Prepared prepare_scatter_winners(const KernelQuery& query) {
  const TensorSpec& g = query.inputs[0];
  const Blocks blocks = blocks_of(query.inputs[2].shape, query.inputs[1].shape);
  const std::int64_t size = std::max<std::int64_t>(blocks.size, 1);
  const std::string type(bytes_type(g.dtype));
  KernelBuilder kernel;
  Parameter starts, order;
  add_ordered_sums(kernel, blocks.places, blocks.count, blocks.declare, query.inputs[1], input(1), starts, order);
  kernel.for_each(g.shape.size(),
                  {"const " + type + "* g", const_pointer(query.inputs[1], "indices"), "const uint32* starts",
                   "const uint32* order", type + "* y"},
                  text_of("const int64 k = int64(i) / ", size, ";\n", blocks.declare, type,
                          " zero = {};\ny[i] = at >= 0 && order[starts[at + 1] - 1] == k ? g[i] : zero;"),
                  {input(0), input(1), starts, order, output(0)});
  return kernel.prepared("generated");
}

Prepared prepare_segment_reduce(const KernelQuery& query) {
  const TensorSpec &data = query.inputs[0], &ids = query.inputs[1], &out = query.outputs[0];
  const std::string& reduction = query.attributes.text("reduction");
  if (is_complex(out.dtype) && reduction != "sum" && reduction != "prod")
    return Prepared::refuse("complex numbers have no order");
  const std::int64_t segments = out.shape[0];
  const std::int64_t width = std::max<std::int64_t>(data.shape.slice(1, data.shape.ndim()).size(), 1);
  const std::string wide = compute_type(out.dtype);
  const std::string start = reduction == "sum"    ? text_of("convert<", wide, ">(0)")
                            : reduction == "prod" ? text_of("convert<", wide, ">(1)")
                            : reduction == "max"  ? text_of("Type<", wide, ">::lowest()")
                                                  : text_of("Type<", wide, ">::highest()");
  const std::string function = reduction == "sum"    ? "op_add"
                               : reduction == "prod" ? "op_multiply"
                               : reduction == "max"  ? "op_maximum"
                                                     : "op_minimum";
  KernelBuilder kernel;
  kernel.needs("complex");
  Parameter starts, order;
  add_ordered_sums(kernel, segments, data.shape[0], place_on_axis("at", "indices[k]", segments, true), ids, input(1),
                   starts, order);
  kernel.for_each(
      out.shape.size(), {const_pointer(data, "x"), "const uint32* starts", "const uint32* order", pointer(out, "y")},
      text_of("const int64 at = int64(i) / ", width, ";\n", wide, " value = ", start,
              ";\nfor (uint32 s = starts[at]; s < starts[at + 1]; ++s)\n  value = ", function,
              "(value, get(x[order[s] * int64(", width, ") + int64(i) % ", width, "]));\nput(y[i], value);"),
      {input(0), starts, order, output(0)});
  return kernel.prepared("in the order of the rows");
}

}  // namespace

void register_indexing_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cuda", "nvrtc", "take", prepare_take});
  registry.add_kernel({"cuda", "nvrtc", "take_gradient", prepare_take_gradient});
  registry.add_kernel({"cuda", "nvrtc", "take_along_axis", prepare_take_along_axis});
  registry.add_kernel({"cuda", "nvrtc", "take_along_axis_gradient", prepare_take_along_axis_gradient});
  registry.add_kernel({"cuda", "nvrtc", "gather_nd", prepare_gather_nd});
  registry.add_kernel({"cuda", "nvrtc", "scatter_update", prepare_scatter_update});
  registry.add_kernel({"cuda", "nvrtc", "scatter_winners", prepare_scatter_winners});
  registry.add_kernel({"cuda", "nvrtc", "segment_reduce", prepare_segment_reduce});
}

}  // namespace kerascpp::cuda
