#include <kerascpp/core/error.hpp>

#include "backends/cuda/codegen/loop_instructions.hpp"
#include "backends/cuda/codegen/places.hpp"
#include "backends/cuda/families.hpp"

/// Fourier transforms: a thread for each element of the result.
namespace kerascpp::cuda {
namespace {

using runtime::KernelQuery;
using runtime::Prepared;

std::string scale_text(const KernelQuery& query, std::int64_t N) {
  return double_text(query.attributes.flag("scaled") ? 1 / static_cast<double>(N) : 1);
}
std::string from(const TensorSpec& spec, const char* name) {
  return text_of("const ", type_name(spec.dtype), "* ", name);
}
std::string to(const TensorSpec& spec, const char* name) { return text_of(type_name(spec.dtype), "* ", name); }

Prepared prepare_fft(const KernelQuery& query) {
  const TensorSpec& x = query.inputs[0];
  const AxisView view = axis_view(x.shape, normalize_axis(query.attributes.integer("axis"), x.shape.ndim()));
  const std::int64_t N = view.length;
  KernelBuilder kernel;
  kernel.needs("fourier");
  kernel.for_each(
      x.shape.size(),
      {from(x, "real"), from(query.inputs[1], "imag"), to(query.outputs[0], "to_real"),
       to(query.outputs[1], "to_imag")},
      text_of(
          "const int64 s = int64(i) % ", view.inner, ", k = int64(i) / ", view.inner, " % ", N, ", first = int64(i) / ",
          view.inner * N, " * ", view.inner * N, " + s;\ndouble a = 0, b = 0;\nfor (int64 n = 0; n < ", N,
          "; ++n) {\n  const Rotation root = rotation(k, n, ", N, ");\n  const double re = get(real[first + n * ",
          view.inner, "]), im = get(imag[first + n * ", view.inner,
          "]), sine = ", query.attributes.flag("inverse") ? "" : "-",
          "root.sin;\n  a += re * root.cos - im * sine;\n  b += re * sine + im * root.cos;\n}\nput(to_real[i], a * ",
          scale_text(query, N), ");\nput(to_imag[i], b * ", scale_text(query, N), ");"),
      {input(0), input(1), output(0), output(1)});
  return kernel.prepared("sums");
}

Prepared prepare_rfft(const KernelQuery& query) {
  const std::int64_t N = query.inputs[0].shape.back(), K = N / 2 + 1;
  const std::string doubled =
      query.attributes.flag("doubled") ? text_of("(k != 0 && 2 * k != ", N, " ? 2.0 : 1.0) * ") : "";
  KernelBuilder kernel;
  kernel.needs("fourier");
  kernel.for_each(
      query.outputs[0].shape.size(),
      {from(query.inputs[0], "x"), to(query.outputs[0], "real"), to(query.outputs[1], "imag")},
      text_of("const int64 k = int64(i) % ", K, ", first = int64(i) / ", K, " * ", N,
              ";\ndouble a = 0, b = 0;\nfor (int64 n = 0; n < ", N, "; ++n) {\n  const Rotation root = rotation(k, n, ",
              N,
              ");\n  a += double(get(x[first + n])) * root.cos;\n  b -= double(get(x[first + n])) * "
              "root.sin;\n}\nput(real[i], ",
              doubled, scale_text(query, N), " * a);\nput(imag[i], ", doubled, scale_text(query, N), " * b);"),
      {input(0), output(0), output(1)});
  return kernel.prepared("sums");
}

Prepared prepare_irfft(const KernelQuery& query) {
  const std::int64_t N = query.outputs[0].shape.back(), K = N / 2 + 1;
  const std::string doubled =
      query.attributes.flag("halved") ? "" : text_of("(k != 0 && 2 * k != ", N, " ? 2.0 : 1.0) * ");
  KernelBuilder kernel;
  kernel.needs("fourier");
  kernel.for_each(
      query.outputs[0].shape.size(),
      {from(query.inputs[0], "real"), from(query.inputs[1], "imag"), to(query.outputs[0], "x")},
      text_of("const int64 n = int64(i) % ", N, ", first = int64(i) / ", N, " * ", K,
              ";\ndouble sum = 0;\nfor (int64 k = 0; k < ", K, "; ++k) {\n  const Rotation root = rotation(k, n, ", N,
              ");\n  sum += ", doubled,
              "(double(get(real[first + k])) * root.cos - double(get(imag[first + k])) * root.sin);\n}\nput(x[i], ",
              scale_text(query, N), " * sum);"),
      {input(0), input(1), output(0)});
  return kernel.prepared("sums");
}

}  // namespace

void register_fourier_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cuda", "nvrtc", "fft", prepare_fft});
  registry.add_kernel({"cuda", "nvrtc", "rfft", prepare_rfft});
  registry.add_kernel({"cuda", "nvrtc", "irfft", prepare_irfft});
  registry.add_kernel({"cuda", "nvrtc", "irfft_like", prepare_irfft});
}

}  // namespace kerascpp::cuda
