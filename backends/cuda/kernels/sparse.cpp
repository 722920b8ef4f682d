#include <algorithm>

#include <kerascpp/core/error.hpp>

#include "backends/cuda/codegen/loop_names.hpp"
#include "backends/cuda/families.hpp"

/// Compressed matrices (data, indices, indptr) and sorting by counting. An index out of range reads zero and writes
/// nothing.
namespace kerascpp::cuda {
namespace {

using runtime::KernelQuery;
using runtime::Prepared;

std::string from(const TensorSpec& spec, const char* name) {
  return text_of("const ", type_name(spec.dtype), "* ", name);
}
std::string to(const TensorSpec& spec, const char* name) { return text_of(type_name(spec.dtype), "* ", name); }
std::int64_t at_least_one(std::int64_t n) { return std::max<std::int64_t>(n, 1); }
std::size_t bytes_of(const TensorSpec& spec) {
  return static_cast<std::size_t>(spec.shape.size()) * itemsize(spec.dtype);
}

// One thread, since each place depends on how many were true before it.
Prepared prepare_true_places(const KernelQuery& query) {
  const TensorSpec &x = query.inputs[0], &out = query.outputs[0];
  KernelBuilder kernel;
  kernel.for_each(out.shape.size() == 0 ? 0 : 1, {from(x, "x"), to(out, "y")},
                  text_of("int64 found = 0;\nfor (int64 e = 0; e < ", x.shape.size(), " && found < ", out.shape.size(),
                          "; ++e)\n  if (convert<bool>(get(x[e]))) put(y[found++], e);"),
                  {input(0), output(0)});
  return kernel.prepared("one thread");
}

Prepared prepare_counting_sort(const KernelQuery& query) {
  const TensorSpec& keys = query.inputs[0];
  const std::int64_t n = keys.shape.size(), places = query.outputs[1].shape.size() - 1;
  const auto bytes = static_cast<std::size_t>(places + 1) * 4;
  KernelBuilder kernel;
  kernel.needs("ordered");
  kernel.add(text_of("struct KeyOf {\n  const ", type_name(keys.dtype),
                     "* keys;\n  __device__ int64 operator()(int64 k) const { return int64(keys[k]); }\n};\n"));
  const Parameter counts = kernel.reserve(bytes), starts = kernel.reserve(bytes);
  const Parameter order = kernel.reserve(static_cast<std::size_t>(at_least_one(n)) * 4);
  kernel.clear(counts, bytes);
  kernel.for_each_row(
      1, 1024, {from(keys, "keys"), "uint32* counts", "uint32* starts", "uint32* order"},
      text_of("(void)row;\norder_by_place<1024>(KeyOf{keys}, ", n, ", ", places, ", counts, starts, order);"),
      {input(0), counts, starts, order});
  kernel.for_each(n, {"const uint32* order", to(query.outputs[0], "y")}, "put(y[i], order[i]);", {order, output(0)});
  kernel.for_each(places + 1, {"const uint32* starts", to(query.outputs[1], "y")}, "put(y[i], starts[i]);",
                  {starts, output(1)});
  return kernel.prepared("counting");
}

// The row of stored element i: the last one that begins at or before it.
std::string declare_row(const std::string& element, std::int64_t rows) {
  return text_of("int64 row = 0;\nfor (int64 step = ", rows,
                 "; step > 0; step = step == 1 ? 0 : (step + 1) / 2)\n  while (row + step < ", rows,
                 " && int64(indptr[row + step]) <= int64(", element, ")) row += step;\n");
}

Prepared prepare_offsets_to_ids(const KernelQuery& query) {
  const TensorSpec& indptr = query.inputs[0];
  KernelBuilder kernel;
  kernel.for_each(query.outputs[0].shape.size(), {from(indptr, "indptr"), to(query.outputs[0], "y")},
                  declare_row("i", indptr.shape.size() - 1) + "put(y[i], row);", {input(0), output(0)});
  return kernel.prepared("generated");
}

Prepared prepare_csr_to_dense(const KernelQuery& query) {
  const TensorSpec& out = query.outputs[0];
  const std::int64_t rows = out.shape[0], N = out.shape[1];
  KernelBuilder kernel;
  kernel.needs("complex");
  if (bytes_of(out) > 0) kernel.clear(output(0), bytes_of(out));
  // a thread for each row: elements at one place are added in order
  kernel.for_each(
      rows,
      {from(query.inputs[0], "data"), from(query.inputs[1], "indices"), from(query.inputs[2], "indptr"), to(out, "y")},
      text_of("for (int64 e = int64(indptr[i]); e < int64(indptr[i + 1]); ++e) {\n  const int64 column = "
              "int64(indices[e]);\n  if (column < 0 || column >= ",
              N, ") continue;\n  const int64 at = int64(i) * ", N,
              " + column;\n  put(y[at], op_add(get(y[at]), get(data[e])));\n}"),
      {input(0), input(1), input(2), output(0)});
  return kernel.prepared("thread for each row");
}

Prepared prepare_csr_gather(const KernelQuery& query) {
  const TensorSpec& x = query.inputs[0];
  const std::int64_t N = x.shape[1];
  const std::string type(type_name(x.dtype));
  KernelBuilder kernel;
  kernel.for_each(
      query.outputs[0].shape.size(),
      {from(x, "x"), from(query.inputs[1], "indices"), from(query.inputs[2], "indptr"), to(query.outputs[0], "y")},
      text_of(declare_row("i", query.inputs[2].shape.size() - 1), "const int64 column = int64(indices[i]);\n", type,
              " zero = {};\ny[i] = column < 0 || column >= ", N, " ? zero : x[row * ", N, " + column];"),
      {input(0), input(1), input(2), output(0)});
  return kernel.prepared("generated");
}

std::string sum_of(DType dtype) { return compute_type(dtype); }

Prepared prepare_csr_matmul(const KernelQuery& query) {
  const TensorSpec &x = query.inputs[3], &out = query.outputs[0];
  const std::int64_t K = at_least_one(out.shape[1]);
  const std::string wide = sum_of(out.dtype);
  KernelBuilder kernel;
  kernel.needs("complex");
  kernel.for_each(
      out.shape.size(),
      {from(query.inputs[0], "data"), from(query.inputs[1], "indices"), from(query.inputs[2], "indptr"), from(x, "x"),
       to(out, "y")},
      text_of("const int64 row = int64(i) / ", K, ", k = int64(i) % ", K, ";\n", wide, " sum = convert<", wide,
              ">(0);\nfor (int64 e = int64(indptr[row]); e < int64(indptr[row + 1]); ++e) {\n  const int64 "
              "column = int64(indices[e]);\n  if (column < 0 || column >= ",
              x.shape[0], ") continue;\n  sum = op_add(sum, op_multiply(convert<", wide, ">(get(data[e])), convert<",
              wide, ">(get(x[column * ", K, " + k]))));\n}\nput(y[i], sum);"),
      {input(0), input(1), input(2), input(3), output(0)});
  return kernel.prepared("generated");
}

// Each element of the result looks through all stored ones, in order.
Prepared prepare_csr_transposed_matmul(const KernelQuery& query) {
  const TensorSpec &x = query.inputs[3], &out = query.outputs[0];
  const std::int64_t K = at_least_one(out.shape[1]), rows = x.shape[0];
  const std::string wide = sum_of(out.dtype);
  KernelBuilder kernel;
  kernel.needs("complex");
  kernel.for_each(out.shape.size(),
                  {from(query.inputs[0], "data"), from(query.inputs[1], "indices"), from(query.inputs[2], "indptr"),
                   from(x, "x"), to(out, "y")},
                  text_of("const int64 column = int64(i) / ", K, ", k = int64(i) % ", K, ";\n", wide, " sum = convert<",
                          wide, ">(0);\nfor (int64 row = 0; row < ", rows,
                          "; ++row)\n  for (int64 e = int64(indptr[row]); e < int64(indptr[row + 1]); ++e)\n    if "
                          "(int64(indices[e]) == column) sum = op_add(sum, op_multiply(convert<",
                          wide, ">(get(data[e])), convert<", wide, ">(get(x[row * ", K, " + k]))));\nput(y[i], sum);"),
                  {input(0), input(1), input(2), input(3), output(0)});
  return kernel.prepared("generated");
}

Prepared prepare_csr_sampled_matmul(const KernelQuery& query) {
  const TensorSpec &a = query.inputs[0], &b = query.inputs[1], &out = query.outputs[0];
  const std::int64_t K = a.shape[1];
  const std::string wide = sum_of(out.dtype);
  KernelBuilder kernel;
  kernel.needs("complex");
  kernel.for_each(
      out.shape.size(),
      {from(a, "a"), from(b, "b"), from(query.inputs[2], "indices"), from(query.inputs[3], "indptr"), to(out, "y")},
      text_of(declare_row("i", query.inputs[3].shape.size() - 1), "const int64 column = int64(indices[i]);\n", wide,
              " sum = convert<", wide, ">(0);\nif (column >= 0 && column < ", b.shape[0], ")\n  for (int64 k = 0; k < ",
              K, "; ++k)\n    sum = op_add(sum, op_multiply(convert<", wide, ">(get(a[row * ", K, " + k])), convert<",
              wide, ">(get(b[column * ", K, " + k]))));\nput(y[i], sum);"),
      {input(0), input(1), input(2), input(3), output(0)});
  return kernel.prepared("generated");
}

}  // namespace

void register_sparse_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cuda", "nvrtc", "true_places", prepare_true_places});
  registry.add_kernel({"cuda", "nvrtc", "counting_sort", prepare_counting_sort});
  registry.add_kernel({"cuda", "nvrtc", "offsets_to_ids", prepare_offsets_to_ids});
  registry.add_kernel({"cuda", "nvrtc", "csr_to_dense", prepare_csr_to_dense});
  registry.add_kernel({"cuda", "nvrtc", "csr_gather", prepare_csr_gather});
  registry.add_kernel({"cuda", "nvrtc", "csr_matmul", prepare_csr_matmul});
  registry.add_kernel({"cuda", "nvrtc", "csr_transposed_matmul", prepare_csr_transposed_matmul});
  registry.add_kernel({"cuda", "nvrtc", "csr_sampled_matmul", prepare_csr_sampled_matmul});
}

}  // namespace kerascpp::cuda
