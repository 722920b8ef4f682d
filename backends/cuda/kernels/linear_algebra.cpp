#include <algorithm>

#include <kerascpp/core/error.hpp>

#include "backends/cuda/codegen/places.hpp"
#include "backends/cuda/families.hpp"

/// Factorizations and solutions of linear equations: a thread for each matrix, in double.
namespace kerascpp::cuda {
namespace {

using runtime::KernelQuery;
using runtime::Prepared;

std::string from(const TensorSpec& spec, const char* name) {
  return text_of("const ", type_name(spec.dtype), "* ", name);
}
std::string to(const TensorSpec& spec, const char* name) { return text_of(type_name(spec.dtype), "* ", name); }

/// Matrices (..., rows, columns).
struct Matrices {
  std::int64_t rows, columns, elements, count;
  explicit Matrices(const Shape& shape)
      : rows(shape.dim(-2)),
        columns(shape.dim(-1)),
        elements(rows * columns),
        count(shape.slice(0, shape.ndim() - 2).size()) {}
};

/// What the kernels here have in common: a copy of the matrices in double, and pivots where they are exchanged.
class Writer {
 public:
  explicit Writer(const KernelQuery& query) : query_(query) { kernel_.needs("matrices"); }

  /// A parameter of the function: an input, an output, or numbers of its own for each matrix.
  void add_input(std::size_t i, const char* name) { add(from(query_.inputs[i], name), input(i)); }
  void add_output(std::size_t o, const char* name) { add(to(query_.outputs[o], name), output(o)); }
  void add_memory(const char* type, const char* name, std::int64_t numbers, std::size_t bytes) {
    add(text_of(type, "* ", name, "_of_all"),
        kernel_.reserve(static_cast<std::size_t>(std::max<std::int64_t>(numbers, 1) * count_) * bytes));
    body_ += text_of(type, "* const ", name, " = ", name, "_of_all + int64(i) * ", numbers, ";\n");
  }
  void set_count(std::int64_t count) { count_ = count; }
  void add_body(const std::string& text) { body_ += text; }

  [[nodiscard]] Prepared prepared() {
    kernel_.for_each(count_, parameters_, body_, arguments_);
    return kernel_.prepared("thread for each matrix");
  }

 private:
  void add(std::string parameter, Parameter argument) {
    parameters_.push_back(std::move(parameter));
    arguments_.push_back(argument);
  }

  const KernelQuery& query_;
  KernelBuilder kernel_;
  std::int64_t count_ = 0;
  std::vector<std::string> parameters_;
  std::vector<Parameter> arguments_;
  std::string body_;
};

// Copies `size` elements that start at `place` of x into `to`.
std::string copy_text(const std::string& to, const std::string& x, const std::string& place, std::int64_t size) {
  return text_of("for (int64 e = 0; e < ", size, "; ++e) ", to, "[e] = double(get(", x, "[(", place, ") * ", size,
                 " + e]));\n");
}

Prepared prepare_cholesky(const KernelQuery& query) {
  const Matrices size(query.inputs[0].shape);
  Writer writer(query);
  writer.set_count(size.count);
  writer.add_input(0, "x");
  writer.add_output(0, "y");
  writer.add_memory("double", "a", size.elements, 8);
  writer.add_body(copy_text("a", "x", "int64(i)", size.elements));
  writer.add_body(
      text_of("cholesky_in_place(a, ", size.rows, ");\nfor (int64 r = 0; r < ", size.rows,
              "; ++r)\n  for (int64 c = 0; c < ", size.rows, "; ++c)\n    put(y[int64(i) * ", size.elements, " + ",
              query.attributes.flag("upper") ? text_of("c * ", size.rows, " + r") : text_of("r * ", size.rows, " + c"),
              "], c <= r ? a[r * ", size.rows, " + c] : 0.0);\n"));
  return writer.prepared();
}

// Starts a kernel on LU factors of input 0.
void add_factors(Writer& writer, const Matrices& size, const std::string& place) {
  writer.add_memory("double", "a", size.elements, 8);
  writer.add_memory("int32", "pivots", std::min(size.rows, size.columns), 4);
  writer.add_body(copy_text("a", "x", place, size.elements));
  writer.add_body(text_of("lu_in_place(a, ", size.rows, ", ", size.columns, ", pivots);\n"));
}

Prepared prepare_lu_factor(const KernelQuery& query) {
  const Matrices size(query.inputs[0].shape);
  const std::int64_t K = std::min(size.rows, size.columns);
  Writer writer(query);
  writer.set_count(size.count);
  writer.add_input(0, "x");
  writer.add_output(0, "lu");
  writer.add_output(1, "all_pivots");
  writer.add_output(2, "permutation");
  add_factors(writer, size, "int64(i)");
  writer.add_body(
      text_of("for (int64 e = 0; e < ", size.elements, "; ++e) put(lu[int64(i) * ", size.elements,
              " + e], a[e]);\nfor (int64 r = 0; r < ", size.rows, "; ++r) permutation[int64(i) * ", size.rows,
              " + r] = int32(r);\nfor (int64 k = 0; k < ", K, "; ++k) {\n  all_pivots[int64(i) * ", K,
              " + k] = pivots[k];\n  int32* const rows = permutation + int64(i) * ", size.rows,
              ";\n  const int32 kept = rows[k];\n  rows[k] = rows[pivots[k]];\n  rows[pivots[k]] = kept;\n}\n"));
  return writer.prepared();
}

Prepared prepare_qr(const KernelQuery& query) {
  const Matrices size(query.inputs[0].shape);
  const std::int64_t columns = query.outputs[0].shape.dim(-1);
  Writer writer(query);
  writer.set_count(size.count);
  writer.add_input(0, "x");
  writer.add_output(0, "q");
  writer.add_output(1, "r");
  writer.add_memory("double", "a", size.elements, 8);
  writer.add_memory("double", "scales", std::min(size.rows, size.columns), 8);
  writer.add_memory("double", "vectors", size.rows * columns, 8);
  writer.add_body(copy_text("a", "x", "int64(i)", size.elements));
  writer.add_body(text_of("qr_in_place(a, ", size.rows, ", ", size.columns, ", scales);\nqr_vectors(a, ", size.rows,
                          ", ", size.columns, ", scales, vectors, ", columns, ");\nfor (int64 e = 0; e < ",
                          size.rows * columns, "; ++e) put(q[int64(i) * ", size.rows * columns,
                          " + e], vectors[e]);\nfor (int64 k = 0; k < ", columns, "; ++k)\n  for (int64 c = 0; c < ",
                          size.columns, "; ++c)\n    put(r[(int64(i) * ", columns, " + k) * ", size.columns,
                          " + c], c >= k && k < ", size.rows, " ? a[k * ", size.columns, " + c] : 0.0);\n"));
  return writer.prepared();
}

// Declares sign and logarithm of the determinant, or the determinant itself.
Prepared prepare_determinant(const KernelQuery& query, bool logarithm) {
  const Matrices size(query.inputs[0].shape);
  Writer writer(query);
  writer.set_count(size.count);
  writer.add_input(0, "x");
  writer.add_output(0, "y");
  if (logarithm) writer.add_output(1, "log");
  add_factors(writer, size, "int64(i)");
  writer.add_body(text_of("double product = 1, sum = 0;\nfor (int64 k = 0; k < ", size.rows,
                          "; ++k) {\n  const double u = a[k * ", size.columns + 1,
                          "];\n  const bool exchanged = pivots[k] != k;\n"));
  writer.add_body(logarithm
                      ? "  product *= u == 0 ? 0.0 : exchanged != (u < 0) ? -1.0 : 1.0;\n  sum += ::log(fabs(u));\n}\n"
                        "put(y[i], product);\nput(log[i], sum);"
                      : "  product *= exchanged ? -u : u;\n}\n(void)sum;\nput(y[i], product);");
  return writer.prepared();
}

Prepared prepare_inv(const KernelQuery& query) {
  const Matrices size(query.inputs[0].shape);
  Writer writer(query);
  writer.set_count(size.count);
  writer.add_input(0, "x");
  writer.add_output(0, "y");
  add_factors(writer, size, "int64(i)");
  writer.add_memory("double", "inverse", size.elements, 8);
  writer.add_body(text_of("for (int64 e = 0; e < ", size.elements, "; ++e) inverse[e] = e / ", size.rows, " == e % ",
                          size.rows, " ? 1.0 : 0.0;\nlu_solve(a, pivots, ", size.rows, ", inverse, ", size.rows,
                          ");\nfor (int64 e = 0; e < ", size.elements, "; ++e) put(y[int64(i) * ", size.elements,
                          " + e], inverse[e]);\n"));
  return writer.prepared();
}

Prepared prepare_solve(const KernelQuery& query, bool triangular) {
  const Shape& shape = query.outputs[0].shape;
  const Matrices size(shape), of_a(query.inputs[0].shape);
  const Shape batch = shape.slice(0, shape.ndim() - 2);
  Writer writer(query);
  writer.set_count(size.count);
  writer.add_input(0, "x");
  writer.add_input(1, "b");
  writer.add_output(0, "y");
  writer.add_body(declare_coordinates(batch));
  const auto place = [&](std::size_t k) {
    const Shape& operand = query.inputs[k].shape;
    return broadcast_place(batch, operand.slice(0, operand.ndim() - 2));
  };
  if (triangular) {
    writer.add_memory("double", "a", of_a.elements, 8);
    writer.add_body(copy_text("a", "x", place(0), of_a.elements));
  } else {
    add_factors(writer, of_a, place(0));
  }
  writer.add_memory("double", "solution", size.elements, 8);
  writer.add_body(copy_text("solution", "b", place(1), size.elements));
  writer.add_body(
      triangular
          ? text_of("triangular_solve(a, ", size.rows, ", ", query.attributes.flag("lower") ? "true" : "false", ", ",
                    query.attributes.flag("transpose") ? "true" : "false", ", solution, ", size.columns, ");\n")
          : text_of("lu_solve(a, pivots, ", size.rows, ", solution, ", size.columns, ");\n"));
  writer.add_body(text_of("for (int64 e = 0; e < ", size.elements, "; ++e) put(y[int64(i) * ", size.elements,
                          " + e], solution[e]);\n"));
  return writer.prepared();
}

}  // namespace

void register_linear_algebra_kernels(runtime::KernelRegistry& registry) {
  const auto add = [&registry](const char* op, Callable<Prepared(const KernelQuery&)> prepare) {
    registry.add_kernel({"cuda", "nvrtc", op, std::move(prepare)});
  };
  add("cholesky", prepare_cholesky);
  add("lu_factor", prepare_lu_factor);
  add("qr", prepare_qr);
  add("det", [](const KernelQuery& query) { return prepare_determinant(query, false); });
  add("slogdet", [](const KernelQuery& query) { return prepare_determinant(query, true); });
  add("inv", prepare_inv);
  add("solve", [](const KernelQuery& query) { return prepare_solve(query, false); });
  add("solve_triangular", [](const KernelQuery& query) { return prepare_solve(query, true); });
}

}  // namespace kerascpp::cuda
