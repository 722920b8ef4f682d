#include <algorithm>
#include <cstdio>

#include <kerascpp/core/text_array.hpp>

#include "core/atomic_file.hpp"
#include "core/host.hpp"

namespace kerascpp {
namespace {

constexpr std::size_t kFlushBytes = 1 << 20;

/// A printf format with exactly one conversion, proved safe before it meets snprintf.
class NumberFormat {
 public:
  explicit NumberFormat(const std::string& format) : format_(format) {
    const std::size_t start = format.find('%');
    std::size_t at = start == std::string::npos ? format.size() : format.find_first_not_of("-+ #0", start + 1);
    const std::size_t width = skip_digits(at);
    std::size_t precision = 0;
    if (at < format.size() && format[at] == '.') precision = skip_digits(++at);
    const char conversion = at < format.size() ? format[at] : '\0';
    is_integer_ = conversion == 'd' || conversion == 'i';
    const bool is_float = conversion != '\0' && std::string_view("eEfFgG").find(conversion) != std::string_view::npos;
    KCPP_CHECK((is_integer_ || is_float) && format.find('%', at) == std::string::npos && width <= 3 && precision <= 3,
               ValueError, "[savetxt] format \"", format, "\" is not one conversion of e, f, g or d, as \"%.3f\"");
    if (is_integer_) format_.insert(at, "ll");
  }

  void append(std::string& text, const Tensor& tensor, std::int64_t i) const {
    char buffer[kBuffer];
    const int length = is_integer_ ? print(buffer, static_cast<long long>(tensor.item<std::int64_t>(i)))
                                   : print(buffer, tensor.item<double>(i));
    KCPP_CHECK(length >= 0 && length < static_cast<int>(kBuffer), ValueError, "[savetxt] format \"", format_,
               "\" gives a text that is too long");
    text.append(buffer, static_cast<std::size_t>(length));
  }

 private:
  static constexpr std::size_t kBuffer = 4096;  // holds any double with 999 digits

  template <class T>
  int print(char* buffer, T value) const {
    return std::snprintf(buffer, kBuffer, format_.c_str(), value);
  }

  // Moves `at` behind a run of digits and returns its length.
  std::size_t skip_digits(std::size_t& at) const {
    const std::size_t first = std::min(at, format_.size());
    at = std::min(format_.find_first_not_of("0123456789", first), format_.size());
    return at - first;
  }

  std::string format_;
  bool is_integer_ = false;
};

// Every line of `text` behind `comments`.
std::string commented(const std::string& text, const SaveTextOptions& options) {
  std::string result = options.comments;
  for (const char c : text) {
    result += c;
    if (c == '\n') result += options.comments;
  }
  return result + options.newline;
}

}  // namespace

void savetxt(const std::string& path, const Tensor& tensor, const SaveTextOptions& options) {
  check_on_host(tensor, "savetxt");
  KCPP_CHECK(tensor.ndim() == 1 || tensor.ndim() == 2, ShapeError,
             "[savetxt] expected a vector or a matrix, received shape ", tensor.shape());
  KCPP_CHECK(!is_complex(tensor.dtype()), DTypeError, "[savetxt] expected real numbers, received ", tensor.dtype());
  const NumberFormat format(options.format);
  const std::int64_t columns = tensor.ndim() == 2 ? tensor.dim(1) : 1;

  AtomicFile file(path);
  std::string text = options.header.empty() ? "" : commented(options.header, options);
  for (std::int64_t row = 0; row < tensor.dim(0); ++row) {
    for (std::int64_t column = 0; column < columns; ++column) {
      if (column > 0) text += options.delimiter;
      format.append(text, tensor, row * columns + column);
    }
    text += options.newline;
    if (text.size() >= kFlushBytes) {
      file.write(text);
      text.clear();
    }
  }
  if (!options.footer.empty()) text += commented(options.footer, options);
  file.write(text);
  file.commit();
}

}  // namespace kerascpp
