#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>

/// Discrete Fourier transforms. Complex arrays are pairs of their real and imaginary parts, of one shape and dtype.
///
/// float32 and float64; any length, in O(N log N). Gradients: with respect to both parts.
/// All throw DTypeError for other dtypes and ShapeError when the parts differ or lack an axis.
namespace kerascpp::ops {

/// A complex array: `auto [real, imag] = fft({re, im})`.
template <class T>
struct ComplexPairOf {
  T real;
  T imag;
};
using ComplexPair = ComplexPairOf<Symbol>;
using ComplexPairTensors = ComplexPairOf<Tensor>;

/// X_k = sum_n x_n exp(-2 pi i k n / N) along the last axis. Source: keras.ops.fft.
[[nodiscard]] KCPP_API ComplexPair fft(const ComplexPair& x);
[[nodiscard]] KCPP_API ComplexPairTensors fft(const ComplexPairTensors& x);
/// The transform along the last two axes. Source: keras.ops.fft2.
[[nodiscard]] KCPP_API ComplexPair fft2(const ComplexPair& x);
[[nodiscard]] KCPP_API ComplexPairTensors fft2(const ComplexPairTensors& x);
/// The inverse of `fft2`. Source: keras.ops.ifft2.
[[nodiscard]] KCPP_API ComplexPair ifft2(const ComplexPair& x);
[[nodiscard]] KCPP_API ComplexPairTensors ifft2(const ComplexPairTensors& x);

/// The transform of real arrays along the last axis, of which only frequencies 0 to N / 2 are given.
///
/// x (..., L) -> (..., N / 2 + 1), N = fft_length (None: L); the axis is cut or filled up with zeros to N.
/// Throws ValueError when fft_length is less than 1. Source: keras.ops.rfft.
[[nodiscard]] KCPP_API ComplexPair rfft(const Operand& x, std::int64_t fft_length = None);
[[nodiscard]] KCPP_API ComplexPairTensors rfft(const Tensor& x, std::int64_t fft_length = None);
/// The inverse of `rfft`: x (..., K) -> (..., N), N = fft_length (None: 2 (K - 1)).
///
/// The axis is cut or filled up with zeros to N / 2 + 1. Source: keras.ops.irfft.
[[nodiscard]] KCPP_API Symbol irfft(const ComplexPair& x, std::int64_t fft_length = None);
[[nodiscard]] KCPP_API Tensor irfft(const ComplexPairTensors& x, std::int64_t fft_length = None);

/// A window of a sequence: "hann", "hamming" (both periodic, as scipy.signal.get_window), none, or its values.
class KCPP_API SequenceWindow {
 public:
  SequenceWindow(const char* name) : value_(std::string(name)) {}  // NOLINT: implicit by design
  SequenceWindow(std::string name) : value_(std::move(name)) {}    // NOLINT
  SequenceWindow(std::nullopt_t) {}                                // NOLINT
  SequenceWindow(const Symbol& values) : value_(values) {}         // NOLINT
  SequenceWindow(const Tensor& values);                            // NOLINT

  [[nodiscard]] bool none() const { return value_.index() == 0; }
  /// The values (length,) in `dtype`. Throws ValueError for another name, ShapeError for another length.
  [[nodiscard]] Symbol values(std::int64_t length, DType dtype, std::string_view op) const;

 private:
  std::variant<std::monostate, std::string, Symbol> value_;
};

struct StftOptions {
  SequenceWindow window = "hann";
  bool center = true;
};
/// The transforms of overlapping sequences of x (..., T), each times a window -> (..., S, fft_length / 2 + 1).
///
/// Sequence s starts at s * sequence_stride; with `center`, x is mirrored at both ends so that it has its middle
/// there. The window is filled up with zeros on both sides to fft_length, which may not be less than sequence_length.
/// Throws ValueError for other lengths. Source: keras.ops.stft.
[[nodiscard]] KCPP_API ComplexPair stft(const Operand& x, std::int64_t sequence_length, std::int64_t sequence_stride,
                                        std::int64_t fft_length, const StftOptions& options = {});
[[nodiscard]] KCPP_API ComplexPairTensors stft(const Tensor& x, std::int64_t sequence_length,
                                               std::int64_t sequence_stride, std::int64_t fft_length,
                                               const StftOptions& options = {});

struct IstftOptions {
  std::int64_t length = None;  ///< of the result
  SequenceWindow window = "hann";
  bool center = true;
};
/// The inverse of `stft`: x (..., S, fft_length / 2 + 1) -> (..., T).
///
/// The sequences, each times the window, are added up where they lie and divided by the sum of the squared windows
/// there (without a window they are only added up), as Keras does it on NumPy, JAX and PyTorch; on TensorFlow it
/// divides as if the sequences went on beyond both ends. Source: keras.ops.istft; Griffin and Lim, IEEE ASSP-32 (1984).
[[nodiscard]] KCPP_API Symbol istft(const ComplexPair& x, std::int64_t sequence_length, std::int64_t sequence_stride,
                                    std::int64_t fft_length, const IstftOptions& options = {});
[[nodiscard]] KCPP_API Tensor istft(const ComplexPairTensors& x, std::int64_t sequence_length,
                                    std::int64_t sequence_stride, std::int64_t fft_length,
                                    const IstftOptions& options = {});

}  // namespace kerascpp::ops
