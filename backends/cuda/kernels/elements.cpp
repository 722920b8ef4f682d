#include <kerascpp/core/error.hpp>

#include "backends/cuda/codegen/places.hpp"
#include "backends/cuda/families.hpp"

/// Elementwise operations that fused loops do not hold: special functions with attributes, and complex numbers.
namespace kerascpp::cuda {
namespace {

using runtime::KernelQuery;
using runtime::Prepared;

/// A thread for each element: the inputs a, b, c stand at its broadcast place, `value` is what it becomes.
Prepared prepare_elements(const KernelQuery& query, const std::string& value) {
  const TensorSpec& out = query.outputs[0];
  KernelBuilder kernel;
  kernel.needs("complex");
  kernel.needs("special");
  std::vector<std::string> parameters{text_of(type_name(out.dtype), "* y")};
  std::vector<Parameter> arguments{output(0)};
  std::string body = declare_coordinates(out.shape);
  for (std::size_t k = 0; k < query.inputs.size(); ++k) {
    parameters.push_back(text_of("const ", type_name(query.inputs[k].dtype), "* in", k));
    arguments.push_back(input(k));
    body += text_of("const ", compute_type(query.inputs[k].dtype), " ", std::string(1, static_cast<char>('a' + k)),
                    " = get(in", k, "[", broadcast_place(out.shape, query.inputs[k].shape), "]);\n");
  }
  kernel.for_each(out.shape.size(), parameters, body + "put(y[i], " + value + ");", arguments);
  return kernel.prepared("generated");
}

bool has_complex(const KernelQuery& query) {
  if (is_complex(query.outputs[0].dtype)) return true;
  for (const TensorSpec& input : query.inputs)
    if (is_complex(input.dtype)) return true;
  return false;
}

/// Operations of complex numbers: the function of device code, applied in the dtype of the result, or of the inputs
/// where the result is no complex number.
Prepared prepare_complex(const KernelQuery& query, const std::string& function) {
  if (!has_complex(query)) return Prepared::refuse("real numbers: a fused loop computes them");
  const DType in = is_complex(query.outputs[0].dtype) ? query.outputs[0].dtype : query.inputs[0].dtype;
  std::string call = function + "(";
  for (std::size_t k = 0; k < query.inputs.size(); ++k)
    call +=
        text_of(k > 0 ? ", " : "", "convert<", type_name(in), ">(", std::string(1, static_cast<char>('a' + k)), ")");
  return prepare_elements(query, call + ")");
}

/// Sums, means and products of complex numbers: a thread for each result.
Prepared prepare_complex_reduction(const KernelQuery& query, bool product, bool mean) {
  const TensorSpec &x = query.inputs[0], &out = query.outputs[0];
  if (!is_complex(x.dtype)) return Prepared::refuse("real numbers: a fused loop computes them");
  std::vector<bool> reduced(static_cast<std::size_t>(x.shape.ndim()), false), kept(reduced.size(), true);
  std::int64_t count = 1, results = 1;
  for (const std::int64_t axis : query.attributes.integers("axis")) {
    reduced[static_cast<std::size_t>(axis)] = true;
    kept[static_cast<std::size_t>(axis)] = false;
  }
  for (int d = 0; d < x.shape.ndim(); ++d) (reduced[static_cast<std::size_t>(d)] ? count : results) *= x.shape[d];
  const std::vector<std::string> names = coordinate_names(x.shape.ndim());
  const std::vector<std::int64_t> strides = x.shape.strides().vector();
  const std::string wide = "complex128";
  KernelBuilder kernel;
  kernel.needs("complex");
  kernel.for_each(
      results, {text_of("const ", type_name(x.dtype), "* x"), text_of(type_name(out.dtype), "* y")},
      text_of(coordinates_text(x.shape.vector(), "int64", "int64(i)", kept), "const ", type_name(x.dtype),
              "* from = x + (", offset_text(names, strides, kept), ");\n", wide, " total = convert<", wide, ">(",
              product ? 1 : 0, ");\nfor (int64 r = 0; r < ", count, "; ++r) {\n",
              coordinates_text(x.shape.vector(), "int64", "r", reduced), "total = ", product ? "op_multiply" : "op_add",
              "(total, convert<", wide, ">(get(from[", offset_text(names, strides, reduced), "])));\n}\n",
              mean ? text_of("total = complex_of(total.real / ", count, ", total.imag / ", count, ");\n") : "",
              "put(y[i], total);"),
      {input(0), output(0)});
  return kernel.prepared("thread for each result");
}

struct ComplexRow {
  const char* op;
  const char* function;
};
constexpr ComplexRow kComplexRows[] = {
    {"add", "op_add"},
    {"subtract", "op_subtract"},
    {"multiply", "op_multiply"},
    {"divide", "op_divide"},
    {"negative", "op_negative"},
    {"square", "op_square"},
    {"abs", "op_magnitude"},
    {"reciprocal", "op_reciprocal"},
    {"exp", "op_exp"},
    {"log", "op_log"},
    {"sqrt", "op_sqrt"},
    {"equal", "op_equal"},
    {"not_equal", "op_not_equal"},
    {"identity", ""},
    {"stop_gradient", ""},
    {"cast", ""},
};

}  // namespace

void register_element_kernels(runtime::KernelRegistry& registry) {
  const auto add = [&registry](const char* op, Callable<Prepared(const KernelQuery&)> prepare) {
    registry.add_kernel({"cuda", "elements", op, std::move(prepare)});
  };
  for (const ComplexRow& row : kComplexRows)
    add(row.op,
        [function = std::string(row.function)](const KernelQuery& query) { return prepare_complex(query, function); });
  add("where", [](const KernelQuery& query) {
    return prepare_elements(query, text_of("convert<bool>(a) ? convert<", type_name(query.outputs[0].dtype),
                                           ">(b) : convert<", type_name(query.outputs[0].dtype), ">(c)"));
  });
  add("sum", [](const KernelQuery& query) { return prepare_complex_reduction(query, false, false); });
  add("mean", [](const KernelQuery& query) { return prepare_complex_reduction(query, false, true); });
  add("prod", [](const KernelQuery& query) { return prepare_complex_reduction(query, true, false); });
  add("complex", [](const KernelQuery& query) { return prepare_elements(query, "complex_of(double(a), double(b))"); });
  add("real", [](const KernelQuery& query) {
    return prepare_elements(query, is_complex(query.inputs[0].dtype) ? "a.real" : "a");
  });
  add("imag", [](const KernelQuery& query) {
    return prepare_elements(query, is_complex(query.inputs[0].dtype) ? "a.imag" : "0");
  });
  add("conj", [](const KernelQuery& query) {
    return prepare_elements(query, is_complex(query.inputs[0].dtype) ? "op_conj(a)" : "a");
  });
  add("angle", [](const KernelQuery& query) {
    return prepare_elements(
        query, is_complex(query.inputs[0].dtype) ? "op_arctan2(a.imag, a.real)" : "op_arctan2(decltype(a)(0), a)");
  });
  add("polygamma", [](const KernelQuery& query) {
    return prepare_elements(query, text_of("polygamma(", query.attributes.integer("order"), ", double(a))"));
  });
  add("gammainc", [](const KernelQuery& query) { return prepare_elements(query, "gammainc(double(a), double(b))"); });
}

}  // namespace kerascpp::cuda
