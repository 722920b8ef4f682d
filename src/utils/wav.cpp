#include <kerascpp/utils/audio.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include <kerascpp/core/error.hpp>

#include "core/atomic_file.hpp"
#include "core/byte_source.hpp"

// Chunks of RIFF: a name of four letters, a length, so many bytes and one more where the length is odd. Numbers have
// their lowest byte first.
namespace kerascpp::utils {
namespace {

constexpr std::uint16_t kIntegers = 1, kFloats = 3, kExtensible = 0xFFFE;

template <class T>
T number(const char* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof(T));
  return value;
}

template <class T>
T read_number(ByteSource& source) {
  char bytes[sizeof(T)];
  source.read(bytes, sizeof(T));
  return number<T>(bytes);
}

std::string read_name(ByteSource& source) {
  std::string name(4, ' ');
  source.read(name.data(), name.size());
  return name;
}

struct Format {
  std::uint16_t encoding = 0, channels = 0, bits = 0;
  std::uint32_t sample_rate = 0;

  [[nodiscard]] std::size_t bytes() const { return bits / 8u; }
};

std::string read_chunk(ByteSource& source, const std::string& name) {
  const auto length = read_number<std::uint32_t>(source);
  KCPP_CHECK(length <= source.remaining(), FormatError, source.name(), ": chunk \"", name, "\" claims ", length,
             " bytes, ", source.remaining(), " are left");
  std::string bytes(length, '\0');
  source.read(bytes.data(), length);
  if (length % 2 == 1 && source.remaining() > 0) read_number<char>(source);
  return bytes;
}

Format read_format(const std::string& chunk, const std::string& file) {
  KCPP_CHECK(chunk.size() >= 16, FormatError, file, ": chunk \"fmt \" has ", chunk.size(), " bytes, expected 16");
  Format format;
  format.encoding = number<std::uint16_t>(chunk.data());
  format.channels = number<std::uint16_t>(chunk.data() + 2);
  format.sample_rate = number<std::uint32_t>(chunk.data() + 4);
  format.bits = number<std::uint16_t>(chunk.data() + 14);
  // the true encoding stands at the beginning of a longer name
  if (format.encoding == kExtensible && chunk.size() >= 26) format.encoding = number<std::uint16_t>(chunk.data() + 24);
  const bool integers = format.encoding == kIntegers && format.bits % 8 == 0 && format.bits >= 8 && format.bits <= 32;
  KCPP_CHECK(integers || (format.encoding == kFloats && format.bits == 32), FormatError, file, ": chunk \"fmt \" has ",
             format.bits, " bits of encoding ", format.encoding,
             "; integers of 8 to 32 bits and floats of 32 bits can be read");
  KCPP_CHECK(format.channels > 0, FormatError, file, ": chunk \"fmt \" has no channels");
  return format;
}

float sample_at(const char* bytes, const Format& format) {
  if (format.encoding == kFloats) return number<float>(bytes);
  if (format.bits == 8) return (static_cast<float>(static_cast<unsigned char>(*bytes)) - 128) / 128;
  // the bytes stand at the upper end of 32 bits
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < format.bytes(); ++i)
    bits |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << (8 * (4 - format.bytes() + i));
  return static_cast<float>(static_cast<std::int32_t>(bits)) / 2147483648.0f;
}

template <class T>
void append(std::string& text, T value) {
  char bytes[sizeof(T)];
  std::memcpy(bytes, &value, sizeof(T));
  text.append(bytes, sizeof(T));
}

}  // namespace

Audio load_wav(const std::string& path) {
  FileSource source(path);
  const auto is_wave = [&] {
    if (source.remaining() < 12 || read_name(source) != "RIFF") return false;
    (void)read_number<std::uint32_t>(source);
    return read_name(source) == "WAVE";
  };
  KCPP_CHECK(is_wave(), FormatError, path, " is no .wav file: it does not begin with RIFF and WAVE");
  Format format;
  while (source.remaining() >= 8) {
    const std::string name = read_name(source), chunk = read_chunk(source, name);
    if (name == "fmt ") format = read_format(chunk, path);
    if (name != "data") continue;
    KCPP_CHECK(format.channels > 0, FormatError, path, ": chunk \"data\" stands before \"fmt \"");
    const std::size_t count = chunk.size() / format.bytes() / format.channels * format.channels;
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i) values[i] = sample_at(chunk.data() + i * format.bytes(), format);
    const auto channels = static_cast<std::int64_t>(format.channels);
    return {Tensor(values.data(), Shape{static_cast<std::int64_t>(count) / channels, channels}, DType::Float32),
            format.sample_rate};
  }
  throw FormatError(text_of(path, ": there is no chunk \"data\""));
}

void save_wav(const std::string& path, const Tensor& samples, std::int64_t sample_rate) {
  KCPP_CHECK(samples.shape().ndim() == 2 && samples.dim(1) > 0 && samples.dim(1) < 65536, ShapeError,
             "[save_wav] expected samples (T, channels), received ", samples.shape());
  KCPP_CHECK(sample_rate > 0 && sample_rate < (std::int64_t{1} << 31), ValueError,
             "[save_wav] sample_rate must be positive, received ", sample_rate);
  const auto channels = static_cast<std::uint16_t>(samples.dim(1));
  const auto rate = static_cast<std::uint32_t>(sample_rate);
  const auto bytes = static_cast<std::uint32_t>(samples.size() * 2);
  std::string text = "RIFF";
  append<std::uint32_t>(text, 36 + bytes);
  text += "WAVEfmt ";
  append<std::uint32_t>(text, 16);
  append<std::uint16_t>(text, kIntegers);
  append<std::uint16_t>(text, channels);
  append<std::uint32_t>(text, rate);
  append<std::uint32_t>(text, rate * channels * 2u);
  append<std::uint16_t>(text, static_cast<std::uint16_t>(channels * 2));
  append<std::uint16_t>(text, 16);
  text += "data";
  append<std::uint32_t>(text, bytes);
  for (const float value : samples.astype(DType::Float32).to_vector<float>())
    append<std::int16_t>(text, static_cast<std::int16_t>(std::clamp(std::round(value * 32767), -32768.0f, 32767.0f)));
  write_file(path, text);
}

}  // namespace kerascpp::utils
