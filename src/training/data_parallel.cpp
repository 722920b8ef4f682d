#include <algorithm>
#include <cstring>
#include <exception>
#include <thread>

#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/core/random.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/distribution.hpp>
#include <kerascpp/models/clone_model.hpp>

#include "core/default_device.hpp"
#include "training/gradient_exchange.hpp"

namespace kerascpp::distribution {
namespace {

/// The rows of part `part` of `parts`: of each batch its share, one batch after the other.
Tensor rows_of_part(const Tensor& all, std::int64_t batch_size, std::int64_t part, std::int64_t parts) {
  const std::int64_t rows = all.dim(0);
  Shape shape = all.shape();
  shape.set_dim(0, rows / parts);
  Tensor result = Tensor::empty(shape, all.dtype());
  const std::size_t row_bytes = rows == 0 ? 0 : all.nbytes() / static_cast<std::size_t>(rows);
  const auto* const from = static_cast<const char*>(all.raw());
  auto* to = static_cast<char*>(result.raw());
  for (std::int64_t first = 0; first < rows; first += batch_size) {
    const std::int64_t share = std::min(batch_size, rows - first) / parts;
    const std::size_t bytes = static_cast<std::size_t>(share) * row_bytes;
    std::memcpy(to, from + static_cast<std::size_t>(first + part * share) * row_bytes, bytes);
    to += bytes;
  }
  return result;
}

History mean_of(const std::vector<History>& histories) {
  History mean = histories.front();
  for (auto& [name, values] : mean.history)
    for (std::size_t e = 0; e < values.size(); ++e) {
      double sum = 0;
      std::size_t count = 0;
      for (const History& history : histories)
        if (history.contains(name) && e < history[name].size()) {
          sum += history[name][e];
          ++count;
        }
      values[e] = sum / static_cast<double>(count);
    }
  return mean;
}

/// Weights that no gradient changes, such as moving means, become the mean over all copies.
void average_statistics(const std::vector<Model>& models) {
  std::vector<Variable> own = models[0].non_trainable_variables();
  for (std::size_t k = 0; k < own.size(); ++k) {
    if (!is_floating(own[k].dtype())) continue;
    Tensor sum = own[k].get_value();
    for (std::size_t m = 1; m < models.size(); ++m) sum = sum + models[m].non_trainable_variables()[k].get_value();
    own[k].set_value(sum / static_cast<double>(models.size()));
  }
}

}  // namespace

std::vector<std::string> list_devices(std::string_view backend) {
  const std::string name(backend.empty() ? default_device().backend : backend);
  const runtime::BackendDef definition = runtime::KernelRegistry::global().backend(name);
  if (!definition.unavailable.empty()) return {};
  std::vector<std::string> names;
  if (!definition.accelerator) return {name + ":0"};
  try {
    for (int index = 0;; ++index) {
      static_cast<void>(definition.accelerator(index));
      names.push_back(text_of(name, ":", index));
    }
  } catch (const BackendError&) {  // there are no more
  }
  return names;
}

DataParallel::DataParallel(const std::vector<std::string>& devices) : devices_(devices) {
  KCPP_CHECK(!devices_.empty(), ValueError, "[DataParallel] needs at least one device");
  for (const std::string& device : devices_)
    KCPP_CHECK(usable_device(device, "DataParallel").backend == device_from_name(devices_[0]).backend, ValueError,
               "[DataParallel] expected devices of one backend, received ", devices_[0], " and ", device);
}

History DataParallel::fit(const Model& model, const Tensor& x, const Tensor& y, const FitOptions& options) const {
  const auto parts = static_cast<std::int64_t>(devices_.size());
  const std::int64_t batch_size = options.batch_size.value_or(32);
  KCPP_CHECK(x.ndim() > 0 && y.ndim() > 0 && x.dim(0) == y.dim(0), ShapeError,
             "[DataParallel] x and y need one row for each sample, received ", x.shape(), " and ", y.shape());
  KCPP_CHECK(batch_size > 0 && batch_size % parts == 0 && x.dim(0) % parts == 0, ValueError, "[DataParallel] ",
             x.dim(0), " samples in batches of ", batch_size, " cannot be divided among ", parts, " devices");
  KCPP_CHECK(options.validation_split == 0 && options.sample_weight.empty(), ValueError,
             "[DataParallel] takes no validation_split and no sample_weight; give validation_data");

  std::vector<Device> places;
  std::vector<Model> models{model};
  for (const std::string& device : devices_) places.push_back(device_from_name(device));
  for (std::int64_t part = 1; part < parts; ++part) {
    models.push_back(clone_model(model));
    models.back().set_weights(model.get_weights());
  }
  FitOptions shared = options;
  shared.batch_size = batch_size / parts;
  if (options.shuffle && options.shuffle_seed < 0) shared.shuffle_seed = static_cast<std::int64_t>(next_seed() >> 1U);

  GradientExchange exchange(places);
  std::vector<History> histories(models.size());
  std::vector<std::exception_ptr> errors(models.size());
  const auto train = [&](std::size_t part) {
    try {
      const DeviceScope device(places[part]);
      const ExchangeMember member(exchange, static_cast<int>(part));
      FitOptions own = shared;
      if (part > 0) {
        own.callbacks = {};
        own.validation_data = {};
        own.verbose = 0;
      }
      const auto number = static_cast<std::int64_t>(part);
      histories[part] =
          models[part].fit(rows_of_part(x, batch_size, number, parts), rows_of_part(y, batch_size, number, parts), own);
    } catch (const ExchangeEnded&) {  // with the member that ended
    } catch (...) {
      errors[part] = std::current_exception();
    }
    exchange.end();
  };
  std::vector<std::thread> threads;
  for (std::size_t part = 1; part < models.size(); ++part) threads.emplace_back(train, part);
  train(0);
  for (std::thread& thread : threads) thread.join();
  for (const std::exception_ptr& error : errors)
    if (error) std::rethrow_exception(error);
  average_statistics(models);
  return mean_of(histories);
}

}  // namespace kerascpp::distribution
