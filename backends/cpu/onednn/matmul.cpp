#include <optional>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>

#include "backends/cpu/onednn/engine.hpp"
#include "backends/cpu/onednn/epilogue.hpp"
#include "backends/cpu/onednn/execution.hpp"
#include "backends/cpu/onednn/families.hpp"
#include "backends/cpu/onednn/memory.hpp"
#include "backends/cpu/parallel.hpp"

namespace kerascpp::cpu::onednn {
namespace {

using runtime::KernelQuery;
using runtime::Layout;
using runtime::Prepared;

/// The product as oneDNN sees it: batch axes of equal rank, transposes in the strides.
struct Product {
  Dims a, b, c;
  Dims a_strides, b_strides, c_strides;
};

Dims row_major(const Dims& dims) {
  Dims strides(dims.size());
  std::int64_t stride = 1;
  for (std::size_t axis = dims.size(); axis-- > 0; stride *= dims[axis]) strides[axis] = stride;
  return strides;
}

// Dimensions with leading ones up to `ndim`, last two swapped when transposed, and the strides of the plain layout.
void view_operand(const Shape& shape, int ndim, bool transposed, Dims& dims, Dims& strides) {
  dims.assign(static_cast<std::size_t>(ndim - shape.ndim()), 1);
  dims.insert(dims.end(), shape.begin(), shape.end());
  strides = row_major(dims);
  if (!transposed) return;
  const std::size_t last = dims.size() - 1;
  std::swap(dims[last], dims[last - 1]);
  std::swap(strides[last], strides[last - 1]);
}

// (B, M, K) x (K, N) is (B M, K) x (K, N): one large product instead of B small ones.
bool folds_into_rows(const Shape& a, const Shape& b, bool transpose_a) {
  if (transpose_a || a.ndim() < 3) return false;
  for (int axis = 0; axis + 2 < b.ndim(); ++axis)
    if (b[axis] != 1) return false;
  return b.ndim() <= a.ndim();
}

Product view_product(const Shape& a, const Shape& b, const Shape& c, bool transpose_a, bool transpose_b) {
  Product product;
  if (folds_into_rows(a, b, transpose_a)) {
    const std::int64_t K = a.back(), N = c.back(), rows = a.size() / K;
    view_operand({rows, K}, 2, false, product.a, product.a_strides);
    view_operand(b.slice(b.ndim() - 2, b.ndim()), 2, transpose_b, product.b, product.b_strides);
    view_operand({rows, N}, 2, false, product.c, product.c_strides);
    return product;
  }
  view_operand(a, c.ndim(), transpose_a, product.a, product.a_strides);
  view_operand(b, c.ndim(), transpose_b, product.b, product.b_strides);
  view_operand(c, c.ndim(), false, product.c, product.c_strides);
  return product;
}

// One batch axis where both operands have all of them: few implementations take more.
void merge_batch_axes(Product& product) {
  const std::size_t batch_axes = product.c.size() - 2;
  if (batch_axes < 2) return;
  for (std::size_t axis = 0; axis < batch_axes; ++axis)
    if (product.a[axis] != product.b[axis]) return;
  for (auto [dims, strides] : {std::pair{&product.a, &product.a_strides}, std::pair{&product.b, &product.b_strides},
                               std::pair{&product.c, &product.c_strides}}) {
    std::int64_t length = 1;
    for (std::size_t axis = 0; axis < batch_axes; ++axis) length *= (*dims)[axis];
    const auto merged = static_cast<std::ptrdiff_t>(batch_axes) - 1;
    dims->erase(dims->begin(), dims->begin() + merged);
    strides->erase(strides->begin(), strides->begin() + merged);
    dims->front() = length;
  }
}

Prepared prepare_matmul(const KernelQuery& query) {
  const Shape &a = query.inputs[0].shape, &b = query.inputs[1].shape, &c = query.outputs[0].shape;
  const dnnl::memory::data_type type = data_type_of(query.inputs[0].dtype);
  const bool possible = is_floating(query.inputs[0].dtype) || query.inputs[0].dtype == DType::Int8;
  if (!possible || type == dnnl::memory::data_type::undef)
    return Prepared::refuse(text_of("oneDNN has no matmul of ", query.inputs[0].dtype));
  if (query.inputs[0].dtype == DType::Int8 && !adds_int8_exactly())
    return Prepared::refuse("without VNNI instructions oneDNN saturates sums of int8 products");
  if (a.size() == 0 || b.size() == 0) return Prepared::refuse("an operand without elements");
  Epilogue epilogue = read_epilogue(query.attributes, 2);
  if (!epilogue.refusal.empty()) return Prepared::refuse(epilogue.refusal);

  // products with a transposed left side are gradients of weights, whose long sums oneDNN may divide among threads
  std::optional<OneThread> serial;
  if (op_determinism_enabled() && query.attributes.flag("transpose_a")) serial.emplace();
  Product product = view_product(a, b, c, query.attributes.flag("transpose_a"), query.attributes.flag("transpose_b"));
  merge_batch_axes(product);
  const MemoryDesc a_desc(product.a, type, product.a_strides), b_desc(product.b, type, product.b_strides),
      c_desc(product.c, data_type_of(query.outputs[0].dtype), product.c_strides);
  MemoryDesc bias_desc;
  if (epilogue.bias_input >= 0) {
    const TensorSpec& bias = query.inputs[static_cast<std::size_t>(epilogue.bias_input)];
    Dims dims(product.c.size(), 1);
    dims.back() = bias.shape.size();
    bias_desc = MemoryDesc(dims, data_type_of(bias.dtype), row_major(dims));
  }
  dnnl::primitive_attr attributes = attributes_with_scratchpad();
  attributes.set_post_ops(epilogue.operations);
  const auto pd = make_matmul(engine(), a_desc, b_desc, bias_desc, c_desc, attributes);
  if (!pd) return Prepared::refuse("oneDNN has no implementation for these shapes, dtypes and epilogue");

  std::vector<Binding> bindings{{DNNL_ARG_SRC, a_desc, Binding::Place::Input, 0},
                                {DNNL_ARG_WEIGHTS, b_desc, Binding::Place::Input, 1},
                                {DNNL_ARG_DST, c_desc, Binding::Place::Output, 0}};
  if (epilogue.bias_input >= 0)
    bindings.push_back({DNNL_ARG_BIAS, bias_desc, Binding::Place::Input, epilogue.bias_input});
  Preload preload;
  if (epilogue.residual_input >= 0) preload = {epilogue.residual_input, 0, c_desc.get_size()};
  Prepared prepared = prepare_primitive(pd, dnnl::matmul(pd), std::move(bindings), preload);
  if (epilogue.residual_input >= 0) prepared.in_place = {{epilogue.residual_input}};
  return prepared;
}

}  // namespace

void register_matmul_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cpu", "onednn", "matmul", prepare_matmul});
}

}  // namespace kerascpp::cpu::onednn
