#include "callbacks/events/event_writer.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <vector>

#include <kerascpp/core/error.hpp>

#include "utils/image_codec.hpp"

namespace kerascpp::callbacks {
namespace {

using utils::ProtobufMessage;

constexpr std::int64_t kBuckets = 30, kMostImages = 3;

// enumerations of TensorFlow and TensorBoard
constexpr int kFloat = 1, kDouble = 2, kString = 7;
constexpr int kScalarClass = 1, kTensorClass = 2, kBlobClass = 3;

double now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

/// "events.out.tfevents.1700000000.host.12345.0.v2": TensorBoard looks for the word tfevents.
std::string new_path(const std::string& folder) {
  static std::atomic<int> count{0};
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  KCPP_CHECK(!failed, IoError, "[TensorBoard] cannot make the folder \"", folder, "\": ", failed.message());
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) host.fill('\0');
  return folder + "/events.out.tfevents." + std::to_string(static_cast<std::int64_t>(now())) + "." + host.data() + "." +
         std::to_string(getpid()) + "." + std::to_string(count++) + ".v2";
}

ProtobufMessage metadata(const char* plugin, int data_class, const char* content = "") {
  ProtobufMessage data;
  data.text(1, plugin);
  if (*content != '\0') data.text(2, content);
  ProtobufMessage result;
  result.message(1, data);
  if (data_class != 0) result.number(4, data_class);
  return result;
}

ProtobufMessage shape(std::initializer_list<std::int64_t> dims) {
  ProtobufMessage result;
  for (const std::int64_t dim : dims) result.message(2, ProtobufMessage().number(1, dim));
  return result;
}

/// Numbers as they lie in memory, least significant byte first.
template <class T>
ProtobufMessage tensor(int dtype, std::initializer_list<std::int64_t> dims, const std::vector<T>& values) {
  static_assert(std::endian::native == std::endian::little);
  const std::string_view bytes(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
  return std::move(ProtobufMessage().number(1, dtype).message(2, shape(dims)).text(4, bytes));
}

ProtobufMessage tensor(std::initializer_list<std::int64_t> dims, const std::vector<std::string>& texts) {
  ProtobufMessage result;
  result.number(1, kString).message(2, shape(dims));
  for (const std::string& text : texts) result.text(8, text);
  return result;
}

/// Rows of left edge, right edge and count.
std::vector<double> buckets_of(const std::vector<double>& values) {
  std::vector<double> rows(kBuckets * 3, 0.0);
  if (values.empty()) return rows;
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const double first = *low, last = *high, width = (last - first) / kBuckets;
  for (std::int64_t i = 0; i < kBuckets; ++i) {
    rows[static_cast<std::size_t>(3 * i)] = width > 0 ? first + static_cast<double>(i) * width : last;
    rows[static_cast<std::size_t>(3 * i + 1)] =
        width > 0 && i + 1 < kBuckets ? first + static_cast<double>(i + 1) * width : last;
  }
  for (const double value : values) {
    const auto place = width > 0 ? static_cast<std::int64_t>((value - first) / width) : kBuckets - 1;
    rows[static_cast<std::size_t>(3 * std::min(place, kBuckets - 1) + 2)] += 1;
  }
  return rows;
}

}  // namespace

EventWriter::EventWriter(const std::string& folder) : file_(new_path(folder)) {
  file_.write(ProtobufMessage().real(1, now()).text(3, "brain.Event:2").bytes());
}

void EventWriter::write(const std::string& tag, const ProtobufMessage& metadata, const ProtobufMessage& tensor,
                        std::int64_t step) {
  const ProtobufMessage value = ProtobufMessage().text(1, tag).message(9, metadata).message(8, tensor);
  const ProtobufMessage summary = ProtobufMessage().message(1, value);
  file_.write(ProtobufMessage().real(1, now()).number(2, step).message(5, summary).bytes());
}

void EventWriter::scalar(const std::string& tag, double value, std::int64_t step) {
  write(tag, metadata("scalars", kScalarClass), tensor<float>(kFloat, {}, {static_cast<float>(value)}), step);
}

void EventWriter::histogram(const std::string& tag, const Tensor& values, std::int64_t step) {
  std::vector<double> finite = values.to_vector<double>();
  std::erase_if(finite, [](double value) { return !std::isfinite(value); });
  write(tag, metadata("histograms", kTensorClass), tensor(kDouble, {kBuckets, 3}, buckets_of(finite)), step);
}

void EventWriter::image(const std::string& tag, const Tensor& images, std::int64_t step) {
  const std::vector<float> values = images.to_vector<float>();
  const std::int64_t count = std::min(images.shape()[0], kMostImages), size = images.size() / images.shape()[0];
  std::vector<std::string> texts{std::to_string(images.shape()[2]), std::to_string(images.shape()[1])};
  for (std::int64_t i = 0; i < count; ++i) {
    std::vector<std::uint8_t> bytes;
    for (std::int64_t at = i * size; at < (i + 1) * size; ++at) {
      const float value = values[static_cast<std::size_t>(at)];  // below 0 and what is no number: 0
      bytes.push_back(static_cast<std::uint8_t>(value > 0 ? std::min(value * 255.5F, 255.0F) : 0.0F));
    }
    texts.push_back(
        utils::encode_png(Tensor(bytes).reshape({images.shape()[1], images.shape()[2], images.shape()[3]})));
  }
  write(tag, metadata("images", kBlobClass), tensor({count + 2}, texts), step);
}

void EventWriter::keras_model(const std::string& tag, const std::string& json, std::int64_t step) {
  write(tag, metadata("graph_keras_model", 0, "1"), tensor({}, {json}), step);
}

}  // namespace kerascpp::callbacks
