#include <kerascpp/core/error.hpp>

#include "backends/cuda/codegen/places.hpp"
#include "backends/cuda/families.hpp"

namespace kerascpp::cuda {
namespace {

using runtime::KernelQuery;
using runtime::Prepared;

// log_softmax(x) = (x - max) - log(sum(exp(x - max))); softmax is its exp
std::string result_text(bool logarithm) {
  return logarithm ? "(x - largest) - op_log(sum)" : "op_exp(x - largest) / sum";
}

// A block of threads for each row whose elements lie side by side.
void add_rows(KernelBuilder& kernel, const KernelQuery& query, const AxisView& view, bool logarithm) {
  const std::string type(type_name(query.inputs[0].dtype)), wide = compute_type(query.inputs[0].dtype);
  unsigned block = 32;
  while (block < 512 && block * 2 < view.length) block *= 2;
  const std::string loop = text_of("for (int64 c = threadIdx.x; c < ", view.length, "; c += ", block, ")");
  kernel.for_each_row(
      view.outer, block, {"const " + type + "* from", type + "* to"},
      text_of("__shared__ ", wide, " shared[", block, "];\nfrom += row * ", view.length, ";\nto += row * ", view.length,
              ";\n", wide, " largest = Type<", wide, ">::lowest();\n", loop,
              " largest = op_maximum(largest, get(from[c]));\nlargest = reduce_block<MaximumOf, ", block,
              ">(largest, shared);\n", wide, " sum = 0;\n", loop,
              " sum += op_exp(get(from[c]) - largest);\nsum = reduce_block<SumOf, ", block, ">(sum, shared);\n", loop,
              " {\n  const ", wide, " x = get(from[c]);\n  put(to[c], ", result_text(logarithm), ");\n}"),
      {input(0), output(0)});
}

// A thread for each row whose elements lie apart: neighbours read neighbours.
void add_columns(KernelBuilder& kernel, const KernelQuery& query, const AxisView& view, bool logarithm) {
  const std::string type(type_name(query.inputs[0].dtype)), wide = compute_type(query.inputs[0].dtype);
  const std::string loop =
      text_of("for (int64 c = first; c < first + ", view.length * view.inner, "; c += ", view.inner, ")");
  kernel.for_each(
      view.outer * view.inner, {"const " + type + "* from", type + "* to"},
      text_of("const int64 first = int64(i) / ", view.inner, " * ", view.length * view.inner, " + int64(i) % ",
              view.inner, ";\n", wide, " largest = Type<", wide, ">::lowest(), sum = 0;\n", loop,
              " largest = op_maximum(largest, get(from[c]));\n", loop, " sum += op_exp(get(from[c]) - largest);\n",
              loop, " {\n  const ", wide, " x = get(from[c]);\n  put(to[c], ", result_text(logarithm), ");\n}"),
      {input(0), output(0)});
}

Prepared prepare(const KernelQuery& query, bool logarithm) {
  const AxisView view = axis_view(query.inputs[0].shape, query.attributes.integer("axis"));
  KernelBuilder kernel;
  kernel.needs("reduce");
  if (query.inputs[0].shape.size() > 0) {
    if (view.inner == 1)
      add_rows(kernel, query, view, logarithm);
    else
      add_columns(kernel, query, view, logarithm);
  }
  Prepared prepared = kernel.prepared(view.inner == 1 ? "block for each row" : "thread for each row");
  prepared.in_place = {{0}};
  return prepared;
}

}  // namespace

void register_softmax_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cuda", "nvrtc", "softmax", [](const KernelQuery& query) { return prepare(query, false); }});
  registry.add_kernel({"cuda", "nvrtc", "log_softmax", [](const KernelQuery& query) { return prepare(query, true); }});
}

}  // namespace kerascpp::cuda
