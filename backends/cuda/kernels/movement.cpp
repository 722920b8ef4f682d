#include <kerascpp/core/error.hpp>
#include <kerascpp/ops/slice_range.hpp>

#include "backends/cuda/codegen/kernel_builder.hpp"
#include "backends/cuda/codegen/loop_instructions.hpp"
#include "backends/cuda/codegen/places.hpp"
#include "backends/cuda/families.hpp"

/// Elements under another shape or in another order: a thread for each element of the result, which names the one it is
/// a copy of.
namespace kerascpp::cuda {
namespace {

using runtime::KernelQuery;
using runtime::Prepared;

std::size_t bytes_of(const TensorSpec& spec) {
  return static_cast<std::size_t>(spec.shape.size()) * itemsize(spec.dtype);
}

Prepared prepare_copy(const KernelQuery& query) {
  KernelBuilder kernel;
  for (std::size_t o = 0; o < query.outputs.size(); ++o)
    if (const std::size_t bytes = bytes_of(query.outputs[o]); bytes > 0) kernel.copy(output(o), input(o), bytes);
  Prepared prepared = kernel.prepared("copy");
  for (std::size_t o = 0; o < query.outputs.size(); ++o) prepared.in_place.push_back({static_cast<int>(o)});
  return prepared;
}

// The shape of the input as numbers: they are known when the kernel is made.
Prepared prepare_numbers(const KernelQuery& query, const std::vector<std::int64_t>& numbers) {
  KernelBuilder kernel;
  const TensorSpec& out = query.outputs[0];
  std::string body;
  for (std::size_t n = 0; n < numbers.size(); ++n) body += text_of("put(y[", n, "], int64(", numbers[n], "));\n");
  if (!numbers.empty()) kernel.for_each(1, {text_of(type_name(out.dtype), "* y")}, body, {output(0)});
  return kernel.prepared("generated");
}

Prepared prepare_shape(const KernelQuery& query) { return prepare_numbers(query, query.inputs[0].shape.vector()); }

Prepared prepare_axis_size(const KernelQuery& query) {
  std::int64_t count = 1;
  for (const std::int64_t axis : query.attributes.integers("axis")) count *= query.inputs[0].shape.dim(axis);
  return prepare_numbers(query, {count});
}

/// Copies into output `o` what stands in input `k` at `place`, a text about the coordinates x0, x1, ... of the output.
void copy_from(KernelBuilder& kernel, const KernelQuery& query, std::size_t o, std::size_t k,
               const std::string& place) {
  const TensorSpec& out = query.outputs[o];
  const std::string type(bytes_type(out.dtype));
  kernel.for_each(out.shape.size(), {"const " + type + "* x", type + "* y"},
                  declare_coordinates(out.shape) + "y[i] = x[" + place + "];", {input(k), output(o)});
}

Prepared prepare_from(const KernelQuery& query, const std::vector<std::string>& coordinates) {
  KernelBuilder kernel;
  copy_from(kernel, query, 0, 0, place_text(coordinates, query.inputs[0].shape));
  return kernel.prepared("generated");
}

Prepared prepare_transpose(const KernelQuery& query) {
  const auto& axes = query.attributes.integers("axes");
  std::vector<std::string> from(axes.size());
  for (std::size_t d = 0; d < axes.size(); ++d) from[static_cast<std::size_t>(axes[d])] = text_of("x", d);
  return prepare_from(query, from);
}

Prepared prepare_broadcast(const KernelQuery& query) {
  KernelBuilder kernel;
  copy_from(kernel, query, 0, 0, broadcast_place(query.outputs[0].shape, query.inputs[0].shape));
  return kernel.prepared("generated");
}

Prepared prepare_tile(const KernelQuery& query) {
  const Shape& x = query.inputs[0].shape;
  std::vector<std::string> from;
  for (int d = 0; d < x.ndim(); ++d) from.push_back(text_of("x", d, " % ", x[d]));
  return prepare_from(query, from);
}

Prepared prepare_roll(const KernelQuery& query) {
  const Shape& x = query.inputs[0].shape;
  const auto& shift = query.attributes.integers("shift");
  std::vector<std::string> from;
  for (int d = 0; d < x.ndim(); ++d) {
    const std::int64_t length = std::max<std::int64_t>(x[d], 1);
    const std::int64_t back = (length - shift[static_cast<std::size_t>(d)] % length) % length;
    from.push_back(text_of("(x", d, " + int64(", back, ")) % ", length));
  }
  return prepare_from(query, from);
}

// --- padding: the place on an axis that a padded place shows

std::string padded_place(const std::string& mode, const std::string& x, std::int64_t low, std::int64_t n) {
  const std::string place = text_of("(", x, " - (", low, "))");
  if (mode == "edge") return text_of("(", place, " < 0 ? 0 : ", place, " >= ", n, " ? ", n - 1, " : ", place, ")");
  if (mode == "reflect")
    return text_of("(", place, " < 0 ? -", place, " : ", place, " >= ", n, " ? ", 2 * (n - 1), " - ", place, " : ",
                   place, ")");
  if (mode == "symmetric")
    return text_of("(", place, " < 0 ? -", place, " - 1 : ", place, " >= ", n, " ? ", 2 * n - 1, " - ", place, " : ",
                   place, ")");
  if (mode == "wrap") return text_of("((", place, " % ", n, " + ", n, ") % ", n, ")");
  return place;  // the constant, outside
}

bool pads_with_constant(const std::string& mode) {
  return mode != "edge" && mode != "reflect" && mode != "symmetric" && mode != "wrap";
}

Prepared prepare_pad(const KernelQuery& query) {
  const TensorSpec &x = query.inputs[0], &out = query.outputs[0];
  const std::string& mode = query.attributes.text("mode");
  const auto& low = query.attributes.integers("low");
  std::vector<std::string> from;
  std::string inside;
  for (int d = 0; d < x.shape.ndim(); ++d) {
    from.push_back(padded_place(mode, text_of("x", d), low[static_cast<std::size_t>(d)], x.shape[d]));
    if (pads_with_constant(mode))
      inside += text_of(inside.empty() ? "" : " && ", from.back(), " >= 0 && ", from.back(), " < ", x.shape[d]);
  }
  KernelBuilder kernel;
  const std::string type(type_name(out.dtype));
  std::string body = declare_coordinates(out.shape);
  const std::string place = place_text(from, x.shape);
  if (inside.empty())
    body += "y[i] = x[" + place + "];";
  else
    body += "if (" + inside + ")\n  y[i] = x[" + place + "];\nelse\n  put(y[i], " +
            double_text(query.attributes.number("value")) + ");";
  kernel.for_each(out.shape.size(), {"const " + type + "* x", type + "* y"}, body, {input(0), output(0)});
  return kernel.prepared("generated");
}

// Each element of the result gathers what it was shown as: the padded places of an axis are looked through.
Prepared prepare_pad_gradient(const KernelQuery& query) {
  const TensorSpec &g = query.inputs[0], &out = query.outputs[0];
  const std::string& mode = query.attributes.text("mode");
  const auto& low = query.attributes.integers("low");
  const int ndim = out.shape.ndim();
  KernelBuilder kernel;
  kernel.needs("elementwise");
  const std::string type(type_name(out.dtype)), wide = compute_type(out.dtype);
  std::string body = declare_coordinates(out.shape), closing;
  body += wide + " sum = " + wide + "(0);\n";
  std::vector<std::string> padded;
  for (int d = 0; d < ndim; ++d) {
    const std::string p = text_of("p", d);
    padded.push_back(p);
    body += text_of("for (int64 ", p, " = 0; ", p, " < ", g.shape[d], "; ++", p, ") {\nif (",
                    padded_place(mode, p, low[static_cast<std::size_t>(d)], out.shape[d]), " != x", d, ") continue;\n");
    closing += "}\n";
  }
  body +=
      "sum = op_add(sum, " + wide + "(get(g[" + place_text(padded, g.shape) + "])));\n" + closing + "put(y[i], sum);";
  kernel.for_each(out.shape.size(), {"const " + type + "* g", type + "* y"}, body, {input(0), output(0)});
  return kernel.prepared("generated");
}

// --- slices

struct SlicePlaces {
  Shape part;
  std::vector<std::string> whole;  // coordinates in the whole of the element x0, x1, ... of the part
};

SlicePlaces slice_places(const KernelQuery& query, const Shape& whole) {
  const auto& begin = query.attributes.integers("begin");
  const auto& end = query.attributes.integers("end");
  const auto& step = query.attributes.integers("step");
  SlicePlaces places;
  places.part = whole;
  for (int d = 0; d < whole.ndim(); ++d) {
    const auto k = static_cast<std::size_t>(d);
    const SliceRange range = resolve_slice(begin[k], end[k], step[k], whole[d]);
    places.part[d] = range.length;
    places.whole.push_back(text_of(range.begin, " + int64(x", d, ") * (", step[k], ")"));
  }
  return places;
}

Prepared prepare_slice(const KernelQuery& query) {
  return prepare_from(query, slice_places(query, query.inputs[0].shape).whole);
}

// `part` written into the output, of which all else is zero or that of input 0.
Prepared prepare_slice_into(const KernelQuery& query, std::size_t part) {
  const TensorSpec& out = query.outputs[0];
  const SlicePlaces places = slice_places(query, out.shape);
  KernelBuilder kernel;
  if (bytes_of(out) > 0) {
    if (part == 0)
      kernel.clear(output(0), bytes_of(out));
    else
      kernel.copy(output(0), input(0), bytes_of(out));
  }
  const std::string type(bytes_type(out.dtype));
  kernel.for_each(places.part.size(), {"const " + type + "* x", type + "* y"},
                  declare_coordinates(places.part) + "y[" + place_text(places.whole, out.shape) + "] = x[i];",
                  {input(part), output(0)});
  Prepared prepared = kernel.prepared("generated");
  if (part != 0) prepared.in_place = {{0}};
  return prepared;
}

// Start indices are read by the threads; a block that would go beyond the array is moved back into it.
Prepared prepare_block(const KernelQuery& query, bool update) {
  const TensorSpec& x = query.inputs[0];
  const Shape& block = update ? query.inputs[2].shape : query.outputs[0].shape;
  KernelBuilder kernel;
  if (update && bytes_of(x) > 0) kernel.copy(output(0), input(0), bytes_of(x));
  const std::string type(bytes_type(x.dtype)), index(type_name(query.inputs[1].dtype));
  std::string body = declare_coordinates(block);
  std::vector<std::string> places;
  for (int d = 0; d < x.shape.ndim(); ++d) {
    body += text_of("int64 s", d, " = int64(start[", d, "]);\ns", d, " = s", d, " < 0 ? 0 : s", d, " > ",
                    x.shape[d] - block[d], " ? ", x.shape[d] - block[d], " : s", d, ";\n");
    places.push_back(text_of("x", d, " + s", d));
  }
  const std::string place = place_text(places, x.shape);
  body += update ? "y[" + place + "] = part[i];" : "y[i] = x[" + place + "];";
  kernel.for_each(block.size(),
                  {"const " + type + (update ? "* part" : "* x"), "const " + index + "* start", type + "* y"}, body,
                  {input(update ? 2 : 0), input(1), output(0)});
  Prepared prepared = kernel.prepared("generated");
  if (update) prepared.in_place = {{0}};
  return prepared;
}

Prepared prepare_concatenate(const KernelQuery& query) {
  const auto axis = static_cast<std::size_t>(query.attributes.integer("axis"));
  const TensorSpec& out = query.outputs[0];
  const std::string type(bytes_type(out.dtype));
  KernelBuilder kernel;
  std::int64_t begin = 0;
  for (std::size_t k = 0; k < query.inputs.size(); ++k) {
    const Shape& part = query.inputs[k].shape;
    std::vector<std::string> to = coordinate_names(part.ndim());
    to[axis] = text_of(to[axis], " + ", begin);
    kernel.for_each(part.size(), {"const " + type + "* x", type + "* y"},
                    declare_coordinates(part) + "y[" + place_text(to, out.shape) + "] = x[i];", {input(k), output(0)});
    begin += part[static_cast<int>(axis)];
  }
  return kernel.prepared("generated");
}

Prepared prepare_split_like(const KernelQuery& query) {
  const auto axis = static_cast<std::size_t>(query.attributes.integer("axis"));
  KernelBuilder kernel;
  for (std::size_t part = 0; part < 2; ++part) {
    std::vector<std::string> from = coordinate_names(query.inputs[0].shape.ndim());
    if (part == 1) from[axis] = text_of(from[axis], " + ", query.outputs[0].shape[static_cast<int>(axis)]);
    copy_from(kernel, query, part, 0, place_text(from, query.inputs[0].shape));
  }
  return kernel.prepared("generated");
}

// --- diagonals of matrices (..., N, M)

Prepared prepare_diagonal(const KernelQuery& query, bool scatter) {
  const Shape& diagonals = query.inputs[0].shape;
  const Shape& matrices = scatter ? query.outputs[0].shape : diagonals;
  const Shape& lines = scatter ? diagonals : query.outputs[0].shape;
  const std::int64_t N = matrices.dim(-2), M = matrices.dim(-1), L = lines.dim(-1);
  const std::int64_t offset = query.attributes.integer("offset");
  const std::string type(bytes_type(query.outputs[0].dtype));
  const std::string place =
      text_of("int64(i) / ", std::max<std::int64_t>(L, 1), " * ", N * M, " + ", offset >= 0 ? offset : -offset * M,
              " + int64(i) % ", std::max<std::int64_t>(L, 1), " * ", M + 1);
  KernelBuilder kernel;
  if (scatter && bytes_of(query.outputs[0]) > 0) kernel.clear(output(0), bytes_of(query.outputs[0]));
  kernel.for_each(lines.size(), {"const " + type + "* x", type + "* y"},
                  scatter ? "y[" + place + "] = x[i];" : "y[i] = x[" + place + "];", {input(0), output(0)});
  return kernel.prepared("generated");
}

// Numbers along an axis.
Prepared prepare_iota(const KernelQuery& query) {
  const TensorSpec& out = query.outputs[0];
  const std::int64_t axis = query.attributes.contains("axis") ? query.attributes.integer("axis") : 0;
  const AxisView view = out.shape.ndim() == 0 ? AxisView{} : axis_view(out.shape, axis);
  KernelBuilder kernel;
  kernel.for_each(out.shape.size(), {text_of(type_name(out.dtype), "* y")},
                  text_of("put(y[i], int64(i) / ", std::max<std::int64_t>(view.inner, 1), " % ",
                          std::max<std::int64_t>(view.length, 1), ");"),
                  {output(0)});
  return kernel.prepared("generated");
}

}  // namespace

void register_movement_kernels(runtime::KernelRegistry& registry) {
  const auto add = [&registry](const char* op, Callable<Prepared(const KernelQuery&)> prepare) {
    registry.add_kernel({"cuda", "nvrtc", op, std::move(prepare)});
  };
  for (const char* op : {"reshape", "reshape_like", "expand_dims", "squeeze", "view", "specify_shape", "reorder",
                         "custom_gradient", "transfer", "transfer_like"})
    add(op, prepare_copy);
  add("shape", prepare_shape);
  add("axis_size", prepare_axis_size);
  add("transpose", prepare_transpose);
  add("broadcast_to", prepare_broadcast);
  add("broadcast_like", prepare_broadcast);
  add("tile", prepare_tile);
  add("roll", prepare_roll);
  add("pad", prepare_pad);
  add("pad_gradient", prepare_pad_gradient);
  add("slice", prepare_slice);
  add("slice_gradient", [](const KernelQuery& query) { return prepare_slice_into(query, 0); });
  add("slice_assign", [](const KernelQuery& query) { return prepare_slice_into(query, 1); });
  add("dynamic_slice", [](const KernelQuery& query) { return prepare_block(query, false); });
  add("slice_update", [](const KernelQuery& query) { return prepare_block(query, true); });
  add("concatenate", prepare_concatenate);
  add("split_like", prepare_split_like);
  add("diagonal", [](const KernelQuery& query) { return prepare_diagonal(query, false); });
  add("diagonal_scatter", [](const KernelQuery& query) { return prepare_diagonal(query, true); });
  add("iota", prepare_iota);
  add("iota_like", prepare_iota);
}

}  // namespace kerascpp::cuda
