#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>

#include <kerascpp/core/tensor.hpp>

#include "core/convert.hpp"
#include "core/host.hpp"

// Text of a tensor by the rules of numpy.array2string with its default options.

namespace kerascpp {
namespace {

constexpr int kPrecision = 8;              // digits after the point
constexpr std::int64_t kThreshold = 1000;  // more elements are summarized
constexpr std::int64_t kEdgeItems = 3;
constexpr std::size_t kLineWidth = 75;
constexpr std::int64_t kEllipsis = -1;

/// The shortest decimal number that reads back as the same value: 0.d1d2d3... * 10^exponent.
struct Decimal {
  std::string digits;
  int exponent = 0;
};

// "d.ddde[+-]xx" -> Decimal without trailing zeros
Decimal decimal_from_scientific(std::string_view text) {
  Decimal result;
  const std::size_t e = text.find('e');
  for (const char c : text.substr(0, e))
    if (c != '.' && c != '-') result.digits += c;
  const std::string_view exponent = text.substr(text[e + 1] == '+' ? e + 2 : e + 1);
  std::from_chars(exponent.data(), exponent.data() + exponent.size(), result.exponent);
  ++result.exponent;
  while (result.digits.size() > 1 && result.digits.back() == '0') result.digits.pop_back();
  return result;
}

Decimal rounded_decimal(double value, int significant_digits) {
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.*e", significant_digits - 1, value);
  return decimal_from_scientific(buffer.data());
}

// For the 16-bit types, which std::to_chars does not know: the first number of digits that reads back.
template <class Half>
Decimal shortest_half(double value) {
  for (int digits = 1;; ++digits) {
    std::array<char, 32> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.*e", digits - 1, value);
    const double back = convert<double>(convert<Half>(std::strtod(buffer.data(), nullptr)));
    if (back == value || digits == std::numeric_limits<float>::max_digits10)
      return decimal_from_scientific(buffer.data());
  }
}

template <class Float>
Decimal shortest_float(Float value) {
  std::array<char, 64> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
  return decimal_from_scientific({buffer.data(), static_cast<std::size_t>(end.ptr - buffer.data())});
}

Decimal shortest_decimal(double value, DType dtype) {
  switch (dtype) {
    case DType::Float16:
      return shortest_half<float16>(value);
    case DType::BFloat16:
      return shortest_half<bfloat16>(value);
    case DType::Float32:
    case DType::Complex64:
      return shortest_float(static_cast<float>(value));
    default:
      return shortest_float(value);
  }
}

/// A number cut at its point; `exponent` is empty in positional notation.
struct Parts {
  std::string whole;
  std::string fraction;
  std::string exponent;
};

Parts positional(double value, DType dtype, int precision) {
  Decimal decimal = shortest_decimal(value, dtype);
  if (static_cast<int>(decimal.digits.size()) - decimal.exponent > precision) {
    std::array<char, 512> buffer{};
    const int length = std::snprintf(buffer.data(), buffer.size(), "%.*f", precision, std::abs(value));
    const std::string_view text(buffer.data(), static_cast<std::size_t>(length));
    const std::size_t point = text.find('.');
    decimal.exponent = static_cast<int>(point);
    decimal.digits = text.substr(0, point);
    decimal.digits += text.substr(point + 1);
  }
  Parts parts;
  if (std::signbit(value)) parts.whole += '-';
  if (decimal.exponent <= 0) parts.whole += '0';
  for (int i = std::min(decimal.exponent, 0); i < std::max(decimal.exponent, static_cast<int>(decimal.digits.size()));
       ++i) {
    const bool has_digit = i >= 0 && i < static_cast<int>(decimal.digits.size());
    (i < decimal.exponent ? parts.whole : parts.fraction) +=
        has_digit ? decimal.digits[static_cast<std::size_t>(i)] : '0';
  }
  while (!parts.fraction.empty() && parts.fraction.back() == '0') parts.fraction.pop_back();
  return parts;
}

Parts scientific(double value, DType dtype, int precision) {
  Decimal decimal = shortest_decimal(value, dtype);
  if (static_cast<int>(decimal.digits.size()) - 1 > precision) decimal = rounded_decimal(value, precision + 1);
  const int exponent = value == 0 ? 0 : decimal.exponent - 1;
  Parts parts;
  if (std::signbit(value)) parts.whole += '-';
  parts.whole += decimal.digits[0];
  parts.fraction = decimal.digits.substr(1);
  std::array<char, 16> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%+03d", exponent);
  parts.exponent = buffer.data();
  return parts;
}

// NumPy's largest value that a column shows without exponents: 10^min(8, decimal digits of the type).
double positional_limit(DType dtype) {
  if (dtype == DType::Float16) return 1e3;
  return dtype == DType::Float64 || dtype == DType::Complex128 ? 1e8 : 1e6;
}

bool needs_exponents(const std::vector<double>& values, DType dtype) {
  double largest = 0;
  double smallest = std::numeric_limits<double>::infinity();
  for (const double value : values) {
    if (!std::isfinite(value) || value == 0) continue;
    largest = std::max(largest, std::abs(value));
    smallest = std::min(smallest, std::abs(value));
  }
  return largest > 0 && (largest >= positional_limit(dtype) || smallest < 1e-4 || largest / smallest > 1000);
}

std::string non_finite_text(double value, bool with_sign) {
  if (std::isnan(value)) return with_sign ? "+nan" : "nan";
  return std::string(value < 0 ? "-" : with_sign ? "+" : "") + "inf";
}

/// Each value as text, all of one width.
std::vector<std::string> float_column(const std::vector<double>& values, DType dtype, bool with_sign) {
  const bool exponents = needs_exponents(values, dtype);
  std::vector<Parts> parts(values.size());
  std::size_t whole_width = 0;
  std::size_t fraction_width = 0;
  std::size_t exponent_width = 0;
  bool any_finite = false;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) continue;
    any_finite = true;
    parts[i] = exponents ? scientific(values[i], dtype, kPrecision) : positional(values[i], dtype, kPrecision);
    if (with_sign && !std::signbit(values[i])) parts[i].whole.insert(0, 1, '+');
    whole_width = std::max(whole_width, parts[i].whole.size());
    fraction_width = std::max(fraction_width, parts[i].fraction.size());
    exponent_width = std::max(exponent_width, parts[i].exponent.size());
  }
  std::size_t width = any_finite ? whole_width + 1 + fraction_width + (exponents ? 1 + exponent_width : 0) : 0;
  for (const double value : values)
    if (!std::isfinite(value)) width = std::max(width, non_finite_text(value, with_sign).size());

  std::vector<std::string> texts;
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::string text;
    if (!std::isfinite(values[i])) {
      text = non_finite_text(values[i], with_sign);
    } else {
      Parts& part = parts[i];
      part.fraction.append(fraction_width - part.fraction.size(), exponents ? '0' : ' ');
      text = part.whole + '.' + part.fraction;
      if (exponents) {
        part.exponent.insert(1, exponent_width - part.exponent.size(), '0');
        text += 'e' + part.exponent;
      }
    }
    texts.push_back(std::string(width - text.size(), ' ') + text);
  }
  return texts;
}

std::vector<std::string> complex_column(const std::vector<complex128>& values, DType dtype) {
  std::vector<double> real;
  std::vector<double> imag;
  for (const complex128 value : values) {
    real.push_back(value.real);
    imag.push_back(value.imag);
  }
  std::vector<std::string> texts = float_column(real, dtype, false);
  const std::vector<std::string> imaginary = float_column(imag, dtype, true);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    std::string part = imaginary[i];
    part.insert(part.find_last_not_of(' ') + 1, 1, 'j');
    texts[i] += part;
  }
  return texts;
}

/// A lone float with all the digits that tell it from its neighbours.
std::string scalar_text(double value, DType dtype) {
  if (!std::isfinite(value)) return non_finite_text(value, false);
  constexpr int kAllDigits = 1000;
  const double limit = dtype == DType::Float64 ? 1e16 : positional_limit(dtype);
  if (value == 0 || (std::abs(value) >= 1e-4 && std::abs(value) < limit)) {
    const Parts parts = positional(value, dtype, kAllDigits);
    return parts.whole + '.' + (parts.fraction.empty() ? "0" : parts.fraction);
  }
  const Parts parts = scientific(value, dtype, kAllDigits);
  std::string text = parts.whole;
  if (!parts.fraction.empty()) text += '.' + parts.fraction;
  return text + 'e' + parts.exponent;
}

template <class To>
std::vector<To> elements_at(const Tensor& tensor, const std::vector<std::int64_t>& offsets) {
  std::vector<To> values;
  with_type(tensor.dtype(), [&]<class T>() {
    const T* const data = tensor.data<T>();
    for (const std::int64_t offset : offsets) values.push_back(convert<To>(data[offset]));
  });
  return values;
}

std::vector<std::string> column(const Tensor& tensor, const std::vector<std::int64_t>& offsets) {
  const DType dtype = tensor.dtype();
  if (is_complex(dtype)) return complex_column(elements_at<complex128>(tensor, offsets), dtype);
  if (is_floating(dtype)) return float_column(elements_at<double>(tensor, offsets), dtype, false);
  std::vector<std::string> texts;
  for (const std::int64_t value : elements_at<std::int64_t>(tensor, offsets)) {
    if (dtype == DType::UInt64)
      texts.push_back(text_of(static_cast<std::uint64_t>(value)));
    else
      texts.push_back(is_bool(dtype) ? value != 0 ? "True" : "False" : text_of(value));
  }
  std::size_t width = is_bool(dtype) ? 5 : 0;
  for (const std::string& text : texts) width = std::max(width, text.size());
  for (std::string& text : texts) text.insert(0, width - text.size(), ' ');
  return texts;
}

/// Lays out the nested brackets of a tensor.
class Layout {
 public:
  explicit Layout(const Tensor& tensor)
      : shape_(tensor.shape()), strides_(shape_.strides()), summarized_(tensor.size() > kThreshold) {
    std::vector<std::int64_t> offsets;
    collect(0, 0, offsets);
    words_ = column(tensor, offsets);
  }

  std::string text() { return bracket(0, 1); }

 private:
  // Indices of `axis` that are shown, kEllipsis for those left out.
  [[nodiscard]] std::vector<std::int64_t> shown(int axis) const {
    const std::int64_t length = shape_[axis];
    const bool shorten = summarized_ && length > 2 * kEdgeItems;
    std::vector<std::int64_t> result;
    for (std::int64_t i = 0; i < length; ++i) {
      if (shorten && i == kEdgeItems) {
        result.push_back(kEllipsis);
        i = length - kEdgeItems;
      }
      result.push_back(i);
    }
    return result;
  }

  void collect(int axis, std::int64_t offset, std::vector<std::int64_t>& offsets) const {
    if (axis == shape_.ndim()) {
      offsets.push_back(offset);
      return;
    }
    for (const std::int64_t i : shown(axis))
      if (i != kEllipsis) collect(axis + 1, offset + i * strides_[axis], offsets);
  }

  std::string bracket(int axis, std::size_t indent) {
    return axis == shape_.ndim() - 1 ? row(indent) : block(axis, indent);
  }

  std::string row(std::size_t indent) {
    // room for the closing brackets: one in this row and one for each axis outside it
    const std::size_t width = kLineWidth - static_cast<std::size_t>(shape_.ndim());
    std::string done = "[";
    std::string line(indent, ' ');
    const std::vector<std::int64_t> indices = shown(shape_.ndim() - 1);
    for (std::size_t k = 0; k < indices.size(); ++k) {
      const std::string word = indices[k] == kEllipsis ? "..." : words_[next_word_++];
      if (line.size() + word.size() > width && line.size() > indent) {
        finish(line, indent, done);
        done += '\n' + std::string(indent, ' ');
        line.assign(indent, ' ');
      }
      line += word;
      if (k + 1 < indices.size()) line += ' ';
    }
    done += line.substr(indent);
    return done + ']';
  }

  static void finish(std::string& line, std::size_t indent, std::string& done) {
    while (line.size() > indent && line.back() == ' ') line.pop_back();
    done += line.substr(indent);
  }

  std::string block(int axis, std::size_t indent) {
    const std::string separator =
        std::string(static_cast<std::size_t>(shape_.ndim() - 1 - axis), '\n') + std::string(indent, ' ');
    std::string text = "[";
    bool first = true;
    for (const std::int64_t i : shown(axis)) {
      if (!first) text += separator;
      text += i == kEllipsis ? "..." : bracket(axis + 1, indent + 1);
      first = false;
    }
    return text + ']';
  }

  Shape shape_;
  Shape strides_;
  bool summarized_;
  std::vector<std::string> words_;
  std::size_t next_word_ = 0;
};

std::string values_text(const Tensor& tensor) {
  if (tensor.size() == 0) return "[]";
  if (tensor.ndim() > 0) return Layout(tensor).text();
  if (is_floating(tensor.dtype())) return scalar_text(tensor.item<double>(), tensor.dtype());
  std::string text = column(tensor, {0})[0];
  text.erase(0, text.find_first_not_of(' '));
  return text;
}

}  // namespace

std::string to_string(const Tensor& tensor) {
  if (!tensor.defined()) return "undefined tensor";
  const std::string type = text_of(" dtype=", tensor.dtype(), " shape=", tensor.shape());
  if (tensor.device().backend != "cpu") return text_of("values on ", tensor.device(), type);
  return values_text(tensor) + type;
}

}  // namespace kerascpp
