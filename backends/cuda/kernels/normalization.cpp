#include <algorithm>
#include <bit>

#include <kerascpp/core/error.hpp>

#include "backends/cuda/codegen/loop_instructions.hpp"
#include "backends/cuda/codegen/places.hpp"
#include "backends/cuda/families.hpp"

/// Batch normalization in training: blocks bring the values of channels together, in parts that are joined in their
/// order, then a thread for each element normalizes it.
namespace kerascpp::cuda {
namespace {

using runtime::KernelQuery;
using runtime::Prepared;

constexpr std::int64_t kThreads = 256;
constexpr std::int64_t kWantedBlocks = 512;  // that keep a large GPU busy

/// How blocks share the elements of channels: `columns` channels side by side where these are neighbours in memory, so
/// that neighbouring threads read neighbouring elements, `lanes` threads for each, `splits` blocks one behind the
/// other.
struct Sharing {
  std::int64_t columns, lanes, blocks, splits, chunk;

  explicit Sharing(const AxisView& view) {
    const std::int64_t elements = view.outer * view.inner;
    columns = view.inner == 1 ? std::min<std::int64_t>(32, std::int64_t{1} << std::bit_width(static_cast<std::uint64_t>(
                                                               std::max<std::int64_t>(view.length, 1) - 1)))
                              : 1;
    lanes = kThreads / columns;
    blocks = (view.length + columns - 1) / columns;
    const std::int64_t wanted = (kWantedBlocks + blocks - 1) / std::max<std::int64_t>(blocks, 1);
    splits = std::clamp<std::int64_t>(elements / (lanes * 8), 1, wanted);
    chunk = (elements + splits - 1) / splits;
  }
};

// Declares the channel, the lane and the part [first, last) of its elements of a thread.
std::string declare_work(const Sharing& work, const AxisView& view) {
  return text_of("const int lane = threadIdx.x / ", work.columns, ";\nconst int64 channel = row % ", work.blocks, " * ",
                 work.columns, " + threadIdx.x % ", work.columns, ", split = row / ", work.blocks, ", first = split * ",
                 work.chunk, ", last = first + ", work.chunk, " < ", view.outer * view.inner, " ? first + ", work.chunk,
                 " : ", view.outer * view.inner, ";\n");
}

// Goes through them: `n` is the number of an element in its channel, `at` its place in an array seen as
// (outer, C, inner).
std::string elements_loop(const Sharing& work, const AxisView& view) {
  return text_of("if (channel < ", view.length, ")\nfor (int64 n = first + lane; n < last; n += ", work.lanes,
                 ") {\nconst int64 at = ",
                 view.inner == 1 ? text_of("n * ", view.length, " + channel")
                                 : text_of("(n / ", view.inner, " * ", view.length, " + channel) * ", view.inner,
                                           " + n % ", view.inner),
                 ";\n");
}

std::string pointer(const TensorSpec& spec, const char* name, bool written = false) {
  return text_of(written ? "" : "const ", type_name(spec.dtype), "* ", name);
}

// The channel of element i.
std::string channel_text(const AxisView& view) {
  return text_of("const int64 c = int64(i / ", view.inner, " % ", view.length, ");\n");
}

std::string deviation(const std::string& wide, const std::string& c, const std::string& epsilon) {
  return text_of("op_sqrt(", wide, "(get(variance[", c, "])) + ", epsilon, ")");
}

template <class T, class... More>
std::vector<T> with(std::vector<T> list, const More&... more) {
  (list.push_back(more), ...);
  return list;
}

// Means and sums of squared distances from them, joined pair by pair (Chan, Golub and LeVeque, 1979).
void add_statistics(KernelBuilder& kernel, const KernelQuery& query, const AxisView& view, const std::string& wide) {
  const Sharing work(view);
  const auto parts = static_cast<std::size_t>(work.splits * view.length) * 8;
  const TensorSpec &mean = query.outputs[1], &variance = query.outputs[2];
  kernel.needs("moments");
  std::vector<std::string> parameters{pointer(query.inputs[0], "x")};
  std::vector<Parameter> arguments{input(0)};
  std::string store;
  if (work.splits == 1) {
    parameters = with(parameters, pointer(mean, "mean", true), pointer(variance, "variance", true));
    arguments = with(arguments, output(1), output(2));
    store = text_of("put(mean[channel], all.mean);\nput(variance[channel], all.squares / ", wide, "(",
                    view.outer * view.inner, "));\n");
  } else {
    parameters = with(parameters, wide + "* means", wide + "* squares");
    arguments = with(arguments, kernel.reserve(parts), kernel.reserve(parts));
    store = text_of("means[split * ", view.length, " + channel] = all.mean;\nsquares[split * ", view.length,
                    " + channel] = all.squares;\n");
  }
  kernel.for_each_row(
      view.length == 0 || query.inputs[0].shape.size() == 0 ? 0 : work.blocks * work.splits, kThreads, parameters,
      text_of("__shared__ Moments<", wide, "> shared[", kThreads, "];\n", declare_work(work, view), "Moments<", wide,
              "> all = {};\n", elements_loop(work, view), "all.add(get(x[at]));\n}\n", "all = join_lanes<", work.lanes,
              ", ", work.columns, ">(all, shared);\nif (lane == 0 && channel < ", view.length, ") {\n", store, "}"),
      arguments);
  if (work.splits == 1) return;
  kernel.for_each(
      view.length,
      {"const " + wide + "* means", "const " + wide + "* squares", pointer(mean, "mean", true),
       pointer(variance, "variance", true)},
      text_of("Moments<", wide, "> all = {};\nfor (int64 s = 0; s < ", work.splits, "; ++s) {\n  Moments<", wide,
              "> part;\n  part.count = ", wide, "((s + 1) * ", work.chunk, " < ", view.outer * view.inner, " ? ",
              work.chunk, " : ", view.outer * view.inner, " - s * ", work.chunk, ");\n  part.mean = means[s * ",
              view.length, " + i];\n  part.squares = squares[s * ", view.length,
              " + i];\n  if (part.count > 0) all.join(part);\n}\nput(mean[i], all.mean);\n",
              "put(variance[i], all.squares / ", wide, "(", view.outer * view.inner, "));"),
      {arguments[1], arguments[2], output(1), output(2)});
}

Prepared prepare_training(const KernelQuery& query) {
  const Shape& shape = query.inputs[0].shape;
  const AxisView view = axis_view(shape, query.attributes.integer("axis"));
  const std::string wide = compute_type(query.outputs[1].dtype) == "double" ? "double" : "float";
  const std::string epsilon = text_of(wide, "(", double_text(query.attributes.number("epsilon")), ")");
  KernelBuilder kernel;
  kernel.needs("elementwise");
  add_statistics(kernel, query, view, wide);
  const bool relu = query.attributes.get_or("fuse_relu", false);
  kernel.for_each(
      shape.size(),
      {pointer(query.inputs[0], "x"), pointer(query.inputs[1], "gamma"), pointer(query.inputs[2], "beta"),
       pointer(query.outputs[1], "mean"), pointer(query.outputs[2], "variance"), pointer(query.outputs[0], "y", true)},
      text_of(channel_text(view), "const ", wide, " normalized = (get(x[i]) - get(mean[c])) / ",
              deviation(wide, "c", epsilon), ";\nput(y[i], ", relu ? "op_relu(" : "(", "normalized * ", wide,
              "(get(gamma[c])) + ", wide, "(get(beta[c]))));"),
      {input(0), input(1), input(2), output(1), output(2), output(0)});
  return kernel.prepared("generated");
}

// gx = gamma / sqrt(variance + epsilon) (g - mean(g) - n mean(g n)), n being the normalized x
Prepared prepare_gradient(const KernelQuery& query) {
  const Shape& shape = query.inputs[1].shape;
  const AxisView view = axis_view(shape, query.attributes.integer("axis"));
  const Sharing work(view);
  const bool relu = query.attributes.get_or("fuse_relu", false);
  const std::string wide = compute_type(query.inputs[3].dtype) == "double" ? "double" : "float";
  const std::string count = text_of(wide, "(", view.outer * view.inner, ")");
  const std::string epsilon = text_of(wide, "(", double_text(query.attributes.number("epsilon")), ")");
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
  kernel.needs("moments");
  const auto parts = static_cast<std::size_t>(work.splits * std::max<std::int64_t>(view.length, 1)) * 8;
  const Parameter sums = kernel.reserve(parts), products = kernel.reserve(parts);
  kernel.for_each_row(
      view.length == 0 ? 0 : work.blocks * work.splits, kThreads,
      with(parameters, wide + "* sums", wide + "* products"),
      text_of("__shared__ PairOfSums<", wide, "> shared[", kThreads, "];\n", declare_work(work, view), "PairOfSums<",
              wide, "> all = {};\n", elements_loop(work, view), "const ", wide,
              " normalized = (get(x[at]) - get(mean[channel])) / ", deviation(wide, "channel", epsilon), ";\nconst ",
              wide, " gradient = ", gradient("at", "channel"),
              ";\nall.first += gradient;\nall.second += gradient * normalized;\n}\nall = join_lanes<", work.lanes, ", ",
              work.columns, ">(all, shared);\nif (lane == 0 && channel < ", view.length, ") {\nsums[split * ",
              view.length, " + channel] = all.first;\nproducts[split * ", view.length, " + channel] = all.second;\n}"),
      with(arguments, sums, products));
  kernel.for_each(view.length,
                  {"const " + wide + "* sums", "const " + wide + "* products",
                   pointer(query.outputs[1], "ggamma", true), pointer(query.outputs[2], "gbeta", true)},
                  text_of(wide, " sum = 0, product = 0;\nfor (int64 s = 0; s < ", work.splits,
                          "; ++s) {\n  sum += sums[s * ", view.length, " + i];\n  product += products[s * ",
                          view.length, " + i];\n}\nput(ggamma[i], product);\nput(gbeta[i], sum);"),
                  {sums, products, output(1), output(2)});
  kernel.for_each(shape.size(),
                  with(parameters, pointer(query.outputs[1], "ggamma"), pointer(query.outputs[2], "gbeta"),
                       pointer(query.outputs[0], "gx", true)),
                  text_of(channel_text(view), "const ", wide, " scale = 1 / ", deviation(wide, "c", epsilon),
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
