#include <kerascpp/core/error.hpp>

#include "backends/cuda/codegen/loop_instructions.hpp"
#include "backends/cuda/codegen/places.hpp"
#include "backends/cuda/families.hpp"

/// Batch normalization in training: a block of threads brings the values of a channel together, then a thread for each
/// element normalizes it.
namespace kerascpp::cuda {
namespace {

using runtime::KernelQuery;
using runtime::Prepared;

constexpr unsigned kLanes = 256;

// Element n of the channel `row` in an array seen as (outer, C, inner).
std::string element_text(const AxisView& view) {
  return text_of("(n / ", view.inner, " * ", view.length, " + row) * ", view.inner, " + n % ", view.inner);
}

std::string lanes_loop(const AxisView& view) {
  return text_of("for (int64 n = threadIdx.x; n < ", view.outer * view.inner, "; n += ", kLanes, ")");
}

std::string reduced(const std::string& name) {
  return text_of(name, " = reduce_block<SumOf, ", kLanes, ">(", name, ", shared);\n");
}

std::string pointer(const TensorSpec& spec, const char* name, bool written = false) {
  return text_of(written ? "" : "const ", type_name(spec.dtype), "* ", name);
}

// The channel of element i.
std::string channel_text(const AxisView& view) {
  return text_of("const int64 c = int64(i) / ", view.inner, " % ", view.length, ";\n");
}

Prepared prepare_training(const KernelQuery& query) {
  const Shape& shape = query.inputs[0].shape;
  const AxisView view = axis_view(shape, query.attributes.integer("axis"));
  const std::string wide = compute_type(query.outputs[1].dtype) == "double" ? "double" : "float";
  const std::string count = text_of(wide, "(", view.outer * view.inner, ")");
  const std::string epsilon = text_of(wide, "(", double_text(query.attributes.number("epsilon")), ")");
  KernelBuilder kernel;
  kernel.needs("reduce");
  kernel.for_each_row(
      shape.size() == 0 ? 0 : view.length, kLanes,
      {pointer(query.inputs[0], "x"), pointer(query.outputs[1], "mean", true),
       pointer(query.outputs[2], "variance", true)},
      text_of("__shared__ ", wide, " shared[", kLanes, "];\n", wide, " sum = 0, squares = 0;\n", lanes_loop(view),
              " sum += get(x[", element_text(view), "]);\n", reduced("sum"), "const ", wide, " center = sum / ", count,
              ";\n", lanes_loop(view), " {\n  const ", wide, " distance = get(x[", element_text(view),
              "]) - center;\n  squares += distance * distance;\n}\n", reduced("squares"),
              "if (threadIdx.x == 0) {\n  put(mean[row], center);\n  put(variance[row], squares / ", count, ");\n}"),
      {input(0), output(1), output(2)});
  const bool relu = query.attributes.get_or("fuse_relu", false);
  kernel.for_each(
      shape.size(),
      {pointer(query.inputs[0], "x"), pointer(query.inputs[1], "gamma"), pointer(query.inputs[2], "beta"),
       pointer(query.outputs[1], "mean"), pointer(query.outputs[2], "variance"), pointer(query.outputs[0], "y", true)},
      text_of(channel_text(view), "const ", wide, " normalized = (get(x[i]) - get(mean[c])) / op_sqrt(", wide,
              "(get(variance[c])) + ", epsilon, ");\nput(y[i], ", relu ? "op_relu(" : "(", "normalized * ", wide,
              "(get(gamma[c])) + ", wide, "(get(beta[c]))));"),
      {input(0), input(1), input(2), output(1), output(2), output(0)});
  return kernel.prepared("generated");
}

// gx = gamma / sqrt(variance + epsilon) (g - mean(g) - n mean(g n)), n being the normalized x
Prepared prepare_gradient(const KernelQuery& query) {
  const Shape& shape = query.inputs[1].shape;
  const AxisView view = axis_view(shape, query.attributes.integer("axis"));
  const bool relu = query.attributes.get_or("fuse_relu", false);
  const std::string wide = compute_type(query.inputs[3].dtype) == "double" ? "double" : "float";
  const std::string count = text_of(wide, "(", view.outer * view.inner, ")");
  const std::string epsilon = text_of(wide, "(", double_text(query.attributes.number("epsilon")), ")");
  const auto deviation = [&](const std::string& c) {
    return text_of("op_sqrt(", wide, "(get(variance[", c, "])) + ", epsilon, ")");
  };
  // with relu behind it, what it cut off has no gradient
  const auto gradient = [&](const std::string& i, const std::string& c) {
    const std::string g = text_of(wide, "(get(g[", i, "]))");
    return relu ? text_of("(normalized * ", wide, "(get(gamma[", c, "])) + ", wide, "(get(beta[", c, "])) > 0 ? ", g,
                          " : ", wide, "(0))")
                : g;
  };
  std::vector<std::string> parameters{pointer(query.inputs[0], "g"), pointer(query.inputs[1], "x"),
                                      pointer(query.inputs[2], "gamma"), pointer(query.inputs[3], "mean"),
                                      pointer(query.inputs[4], "variance")};
  std::vector<Parameter> arguments{input(0), input(1), input(2), input(3), input(4)};
  if (relu) {
    parameters.push_back(pointer(query.inputs[5], "beta"));
    arguments.push_back(input(5));
  }
  KernelBuilder kernel;
  kernel.needs("reduce");
  auto with = [](auto list, auto... more) {
    (list.push_back(more), ...);
    return list;
  };
  kernel.for_each_row(
      view.length, kLanes,
      with(parameters, pointer(query.outputs[1], "ggamma", true), pointer(query.outputs[2], "gbeta", true)),
      text_of("__shared__ ", wide, " shared[", kLanes, "];\n", wide, " sum = 0, products = 0;\n", lanes_loop(view),
              " {\n  const int64 at = ", element_text(view), ";\n  const ", wide,
              " normalized = (get(x[at]) - get(mean[row])) / ", deviation("row"), ";\n  const ", wide,
              " gradient = ", gradient("at", "row"), ";\n  sum += gradient;\n  products += gradient * normalized;\n}\n",
              reduced("sum"), reduced("products"),
              "if (threadIdx.x == 0) {\n  put(ggamma[row], products);\n  put(gbeta[row], sum);\n}"),
      with(arguments, output(1), output(2)));
  kernel.for_each(shape.size(),
                  with(parameters, pointer(query.outputs[1], "ggamma"), pointer(query.outputs[2], "gbeta"),
                       pointer(query.outputs[0], "gx", true)),
                  text_of(channel_text(view), "const ", wide, " scale = 1 / ", deviation("c"),
                          ", normalized = (get(x[i]) - get(mean[c])) * scale;\n", "const ", wide, " centered = ",
                          gradient("i", "c"), " - ", wide, "(get(gbeta[c])) / ", count, " - normalized * ", wide,
                          "(get(ggamma[c])) / ", count, ";\nput(gx[i], ", wide, "(get(gamma[c])) * scale * centered);"),
                  with(arguments, output(1), output(2), output(0)));
  return kernel.prepared("generated");
}

}  // namespace

void register_normalization_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cuda", "nvrtc", "batch_normalization_training", prepare_training});
  registry.add_kernel({"cuda", "nvrtc", "batch_normalization_gradient", prepare_gradient});
}

}  // namespace kerascpp::cuda
