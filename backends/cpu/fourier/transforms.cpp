#include <algorithm>

#include "backends/cpu/families.hpp"
#include "backends/cpu/fourier/fourier.hpp"
#include "backends/cpu/parallel.hpp"

/// fft, rfft and irfft of float32 and float64, line by line in float64. What is prepared once is in the kernel; lines
/// are shared among as many threads as there is workspace for.
namespace kerascpp::cpu {
namespace {

using runtime::Kernel;
using runtime::KernelArguments;
using runtime::KernelQuery;
using runtime::Prepared;
using Complex = Fourier::Complex;

constexpr std::int64_t kGrainElements = 1 << 12;
constexpr std::int64_t kLargestNumberOfChunks = 64;

/// The lines of an array along one axis, each `length` elements `stride` apart.
struct Lines {
  std::int64_t count, length, stride;

  Lines(const Shape& shape, int axis) : length(shape[axis]), stride(shape.slice(axis + 1, shape.ndim()).size()) {
    count = shape.slice(0, axis).size() * stride;
  }
  /// Where line `i` starts.
  [[nodiscard]] std::int64_t start(std::int64_t i) const { return i / stride * stride * length + i % stride; }
};

/// Buffers of one chunk: a line before and after the transform, and what the transform needs.
struct Buffers {
  Complex *from, *to, *rest;
};

class TransformKernel : public Kernel {
 public:
  TransformKernel(std::int64_t length, std::int64_t lines)
      : fourier_(length),
        length_(length),
        lines_(lines),
        chunks_(std::clamp<std::int64_t>(lines * length / kGrainElements, 1,
                                         std::min(std::max<std::int64_t>(lines, 1), kLargestNumberOfChunks))) {}

  [[nodiscard]] std::size_t workspace_bytes() const {
    return static_cast<std::size_t>(chunks_ * elements_per_chunk()) * sizeof(Complex);
  }

 protected:
  /// Calls body(line, buffers) for each line; those of one chunk share their buffers.
  template <class Body>
  void for_each_line(const KernelArguments& arguments, Body body) const {
    auto* workspace = static_cast<Complex*>(arguments.workspace);
    parallel_chunks(chunks_, [&](std::int64_t chunk) {
      Complex* first = workspace + chunk * elements_per_chunk();
      const Buffers buffers{first, first + length_, first + 2 * length_};
      for (std::int64_t i = lines_ * chunk / chunks_; i < lines_ * (chunk + 1) / chunks_; ++i) body(i, buffers);
    });
  }
  void transform(const Buffers& buffers) const { fourier_.forward(buffers.from, buffers.to, buffers.rest); }

  [[nodiscard]] std::int64_t length() const { return length_; }
  [[nodiscard]] double scale(bool scaled) const { return scaled ? 1 / static_cast<double>(length_) : 1; }
  /// Whether frequency `k` stands for its conjugate as well.
  [[nodiscard]] bool has_conjugate(std::int64_t k) const { return k != 0 && 2 * k != length_; }

 private:
  [[nodiscard]] std::int64_t elements_per_chunk() const { return 2 * length_ + fourier_.workspace(); }

  Fourier fourier_;
  std::int64_t length_, lines_, chunks_;
};

template <class T>
class FftKernel final : public TransformKernel {
 public:
  FftKernel(const KernelQuery& query, const Lines& lines)
      : TransformKernel(lines.length, lines.count),
        lines_(lines),
        inverse_(query.attributes.flag("inverse")),
        scale_(scale(query.attributes.flag("scaled"))) {}

  // the inverse is the conjugate of the transform of the conjugate
  void run(const KernelArguments& arguments) const override {
    const auto *real = static_cast<const T*>(arguments.inputs[0]), *imag = static_cast<const T*>(arguments.inputs[1]);
    auto *to_real = static_cast<T*>(arguments.outputs[0]), *to_imag = static_cast<T*>(arguments.outputs[1]);
    const double sign = inverse_ ? -1 : 1;
    for_each_line(arguments, [&](std::int64_t line, const Buffers& buffers) {
      const std::int64_t start = lines_.start(line);
      for (std::int64_t n = 0; n < length(); ++n) {
        const std::int64_t place = start + n * lines_.stride;
        buffers.from[n] = {static_cast<double>(real[place]), sign * static_cast<double>(imag[place])};
      }
      transform(buffers);
      for (std::int64_t k = 0; k < length(); ++k) {
        const std::int64_t place = start + k * lines_.stride;
        to_real[place] = static_cast<T>(scale_ * buffers.to[k].real());
        to_imag[place] = static_cast<T>(sign * scale_ * buffers.to[k].imag());
      }
    });
  }

 private:
  Lines lines_;
  bool inverse_;
  double scale_;
};

template <class T>
class RfftKernel final : public TransformKernel {
 public:
  RfftKernel(const KernelQuery& query, const Lines& lines)
      : TransformKernel(lines.length, lines.count),
        doubled_(query.attributes.flag("doubled")),
        scale_(scale(query.attributes.flag("scaled"))) {}

  void run(const KernelArguments& arguments) const override {
    const auto* x = static_cast<const T*>(arguments.inputs[0]);
    auto *real = static_cast<T*>(arguments.outputs[0]), *imag = static_cast<T*>(arguments.outputs[1]);
    const std::int64_t K = length() / 2 + 1;
    for_each_line(arguments, [&](std::int64_t line, const Buffers& buffers) {
      for (std::int64_t n = 0; n < length(); ++n) buffers.from[n] = static_cast<double>(x[line * length() + n]);
      transform(buffers);
      for (std::int64_t k = 0; k < K; ++k) {
        const Complex value = buffers.to[k] * (doubled_ && has_conjugate(k) ? 2 * scale_ : scale_);
        real[line * K + k] = static_cast<T>(value.real());
        imag[line * K + k] = static_cast<T>(value.imag());
      }
    });
  }

 private:
  bool doubled_;
  double scale_;
};

template <class T>
class IrfftKernel final : public TransformKernel {
 public:
  IrfftKernel(const KernelQuery& query, const Lines& lines)
      : TransformKernel(lines.length, lines.count),
        halved_(query.attributes.flag("halved")),
        scale_(scale(query.attributes.flag("scaled"))) {}

  // x_n = sum over all frequencies, of which the second half are conjugates of the first; as x is real, it is the real
  // part of the transform of the conjugates
  void run(const KernelArguments& arguments) const override {
    const auto *real = static_cast<const T*>(arguments.inputs[0]), *imag = static_cast<const T*>(arguments.inputs[1]);
    auto* x = static_cast<T*>(arguments.outputs[0]);
    const std::int64_t K = length() / 2 + 1;
    for_each_line(arguments, [&](std::int64_t line, const Buffers& buffers) {
      for (std::int64_t k = 0; k < K; ++k) {
        const std::int64_t place = line * K + k;
        const double weight = halved_ && has_conjugate(k) ? scale_ / 2 : scale_;
        const Complex value(weight * static_cast<double>(real[place]),
                            has_conjugate(k) ? weight * static_cast<double>(imag[place]) : 0);
        buffers.from[k] = std::conj(value);
        if (has_conjugate(k)) buffers.from[length() - k] = value;
      }
      transform(buffers);
      for (std::int64_t n = 0; n < length(); ++n) x[line * length() + n] = static_cast<T>(buffers.to[n].real());
    });
  }

 private:
  bool halved_;
  double scale_;
};

template <template <class> class TransformOf>
Prepared prepare(const KernelQuery& query, const Lines& lines) {
  Prepared prepared;
  const auto take = [&](auto kernel) {
    prepared.workspace_bytes = kernel->workspace_bytes();
    prepared.kernel = std::move(kernel);
  };
  if (query.inputs[0].dtype == DType::Float32)
    take(std::make_shared<TransformOf<float>>(query, lines));
  else if (query.inputs[0].dtype == DType::Float64)
    take(std::make_shared<TransformOf<double>>(query, lines));
  else
    return Prepared::refuse(text_of("transforms are of float32 and float64, not ", query.inputs[0].dtype));
  prepared.implementation = "kissfft";
  return prepared;
}

Prepared prepare_fft(const KernelQuery& query) {
  const Shape& shape = query.inputs[0].shape;
  return prepare<FftKernel>(query, Lines(shape, normalize_axis(query.attributes.integer("axis"), shape.ndim())));
}
Prepared prepare_rfft(const KernelQuery& query) {
  const Shape& shape = query.inputs[0].shape;
  return prepare<RfftKernel>(query, Lines(shape, shape.ndim() - 1));
}
Prepared prepare_irfft(const KernelQuery& query) {
  const Shape& shape = query.outputs[0].shape;
  return prepare<IrfftKernel>(query, Lines(shape, shape.ndim() - 1));
}

}  // namespace

void register_fourier_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cpu", "kissfft", "fft", prepare_fft});
  registry.add_kernel({"cpu", "kissfft", "rfft", prepare_rfft});
  registry.add_kernel({"cpu", "kissfft", "irfft", prepare_irfft});
  registry.add_kernel({"cpu", "kissfft", "irfft_like", prepare_irfft});
}

}  // namespace kerascpp::cpu
