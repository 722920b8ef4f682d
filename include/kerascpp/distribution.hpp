#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <kerascpp/callbacks.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/models/model.hpp>

/// Training on several devices of one process. Not part of kerascpp.hpp.
namespace kerascpp::distribution {

/// Names of the devices of a backend that can be used on this machine: {"cuda:0", "cuda:1"}, {"cpu:0"}. Empty: those of
/// the backend of the default device. Source: keras.distribution.list_devices.
[[nodiscard]] KCPP_API std::vector<std::string> list_devices(std::string_view backend = "");

/// Trains copies of a model on several devices, each on its part of every batch, with the gradients' mean over all of
/// them: what one device computes with the whole batch, up to rounding. GPUs exchange gradients by NCCL.
///
///     distribution::DataParallel parallel({"cuda:0", "cuda:1"});
///     parallel.fit(model, x, y, {.batch_size = 128, .epochs = 5});
///
/// Layers that use statistics of a batch (BatchNormalization) use those of their part; what they keep of them is
/// averaged at the end. Source: keras.distribution.DataParallel.
class KCPP_API DataParallel {
 public:
  /// Devices of one backend; the same one may be named several times where its memory is the host's ("cpu").
  /// Throws ValueError for an empty list and for devices of several backends, BackendError for what cannot be used.
  explicit DataParallel(const std::vector<std::string>& devices = list_devices());

  [[nodiscard]] const std::vector<std::string>& devices() const { return devices_; }

  /// Trains a compiled functional or sequential model; losses and metrics of the history are means over the devices.
  ///
  /// x (B, ...) and y (B, ...) with B a multiple of the number of devices, as is the size of a batch. Rows are shuffled
  /// among those of their device. Callbacks and validation run on the first device; when it ends early, all do.
  /// Throws ValueError for sizes that cannot be divided, a validation_split and a sample_weight, and what fit throws on
  /// any of the devices.
  History fit(const Model& model, const Tensor& x, const Tensor& y, const FitOptions& options = {}) const;

 private:
  std::vector<std::string> devices_;
};

}  // namespace kerascpp::distribution
