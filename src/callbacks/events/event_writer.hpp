#pragma once

#include <cstdint>
#include <string>

#include <kerascpp/core/tensor.hpp>

#include "callbacks/events/record_file.hpp"
#include "utils/protobuf_message.hpp"

namespace kerascpp::callbacks {

/// Writes a file of events that TensorBoard shows: values of one training run, each under a tag and a step.
/// Source: the messages Event, Summary and TensorProto of TensorFlow, as tf.summary fills them.
class EventWriter {
 public:
  /// A new file in `folder`, which is made. Throws IoError.
  explicit EventWriter(const std::string& folder);

  void scalar(const std::string& tag, double value, std::int64_t step);
  /// How many values lie in each of 30 intervals of equal length. Values that are not finite are left out.
  void histogram(const std::string& tag, const Tensor& values, std::int64_t step);
  /// images  (N, H, W, C), C = 1, 3 or 4, from 0 to 1; at most the first three are written
  void image(const std::string& tag, const Tensor& images, std::int64_t step);
  /// The config of a model as JSON, from which the graph of its layers is drawn.
  void keras_model(const std::string& tag, const std::string& json, std::int64_t step);
  void flush() { file_.flush(); }

 private:
  void write(const std::string& tag, const utils::ProtobufMessage& metadata, const utils::ProtobufMessage& tensor,
             std::int64_t step);

  RecordFile file_;
};

}  // namespace kerascpp::callbacks
