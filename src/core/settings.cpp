#include <kerascpp/core/settings.hpp>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <mutex>

#include <kerascpp/core/configuration.hpp>
#include <kerascpp/core/error.hpp>

#include "core/configuration_source.hpp"
#include "core/default_device.hpp"

namespace kerascpp {
namespace {

struct Settings {
  std::atomic<DType> floatx{DType::Float32};
  std::atomic<double> epsilon{1e-7};
  std::atomic<bool> channels_first{false};
  std::atomic<bool> deterministic{false};
  std::atomic<bool> tf32{false};
  std::atomic<bool> openmp{true};
  std::atomic<bool> logs_info{false};
  mutable std::mutex mutex;
  Device device;

  Settings();

  void set_floatx(DType dtype) {
    KCPP_CHECK(is_floating(dtype), DTypeError, "[set_floatx] expected float16, bfloat16, float32 or float64, received ",
               dtype);
    floatx = dtype;
  }
  void set_epsilon(double value) {
    KCPP_CHECK(std::isfinite(value) && value > 0, ValueError, "[set_epsilon] expected a positive number, received ",
               value);
    epsilon = value;
  }
  void set_image_data_format(std::string_view format) {
    KCPP_CHECK(format == "channels_first" || format == "channels_last", ValueError,
               "[set_image_data_format] expected \"channels_last\" or \"channels_first\", received \"", format, "\"");
    channels_first = format == "channels_first";
  }
  void store_device(const Device& value) {
    const std::lock_guard lock(mutex);
    device = value;
  }
  [[nodiscard]] Device stored_device() const {
    const std::lock_guard lock(mutex);
    return device;
  }
};

bool truth_of(std::string_view text) {
  if (text == "true" || text == "True" || text == "1") return true;
  KCPP_CHECK(text == "false" || text == "False" || text == "0", ValueError, "expected true or false, received \"", text,
             "\"");
  return false;
}

double number_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  KCPP_CHECK(error == std::errc() && end == text.data() + text.size(), ValueError, "expected a number, received \"",
             text, "\"");
  return value;
}

/// A setting that has a name.
struct Key {
  std::string_view name;
  std::string (*get)(const Settings& settings);
  void (*set)(Settings& settings, std::string_view value);
};

constexpr Key kKeys[] = {
    {"device", [](const Settings& s) { return to_string(s.stored_device()); },
     [](Settings& s, std::string_view value) { s.store_device(device_from_name(value)); }},
    {"floatx", [](const Settings& s) { return std::string(to_string(s.floatx.load())); },
     [](Settings& s, std::string_view value) { s.set_floatx(dtype_from_name(value)); }},
    {"epsilon", [](const Settings& s) { return text_of(s.epsilon.load()); },
     [](Settings& s, std::string_view value) { s.set_epsilon(number_of(value)); }},
    {"image_data_format",
     [](const Settings& s) { return std::string(s.channels_first ? "channels_first" : "channels_last"); },
     [](Settings& s, std::string_view value) { s.set_image_data_format(value); }},
    {"contexts", [](const Settings&) { return contexts(); },
     [](Settings&, std::string_view value) { set_contexts(value); }},
    {"deterministic", [](const Settings& s) { return std::string(s.deterministic ? "true" : "false"); },
     [](Settings& s, std::string_view value) { s.deterministic = truth_of(value); }},
    {"tf32", [](const Settings& s) { return std::string(s.tf32 ? "true" : "false"); },
     [](Settings& s, std::string_view value) { s.tf32 = truth_of(value); }},
    {"openmp", [](const Settings& s) { return std::string(s.openmp ? "true" : "false"); },
     [](Settings& s, std::string_view value) { s.openmp = truth_of(value); }},
    {"log_level", [](const Settings& s) { return std::string(s.logs_info ? "info" : "warning"); },
     [](Settings& s, std::string_view value) {
       KCPP_CHECK(value == "info" || value == "warning", ValueError, "expected info or warning, received \"", value,
                  "\"");
       s.logs_info = value == "info";
     }},
};

const Key& find_key(std::string_view name) {
  if (name == "floatX") name = "floatx";
  std::string names;
  for (const Key& key : kKeys) {
    if (key.name == name) return key;
    names += (names.empty() ? "" : ", ") + std::string(key.name);
  }
  throw LookupError(text_of("[config] there is no setting named \"", name, "\"; there are ", names));
}

bool names_device(std::string_view backend) {
  return backend == "reference" || backend.substr(0, 3) == "cpu" || backend.substr(0, 4) == "cuda";
}

Settings::Settings() {
  std::vector<ConfigurationEntry> entries = read_configuration();
  // names of devices come first: the other settings may use them
  std::stable_partition(entries.begin(), entries.end(), [](const auto& entry) { return entry.key == "contexts"; });
  for (const ConfigurationEntry& entry : entries) {
    try {
      if (entry.key != "backend") {
        find_key(entry.key).set(*this, entry.value);
      } else if (names_device(entry.value)) {
        store_device(device_from_name(entry.value));
      } else if (logs_info && entry.value != "kerascpp") {
        std::fprintf(stderr, "kerascpp: info: %s=%s is for another program\n", entry.origin.c_str(),
                     entry.value.c_str());
      }
    } catch (Error& error) {
      error.add_context(text_of("while reading \"", entry.key, "\" of ", entry.origin));
      throw;
    }
  }
}

Settings& settings() {
  static Settings values;
  return values;
}

}  // namespace

namespace config {

const std::vector<std::string>& keys() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Key& key : kKeys) all.emplace_back(key.name);
    return all;
  }();
  return names;
}

std::string get(std::string_view key) { return find_key(key).get(settings()); }

void set(std::string_view key, std::string_view value) {
  if (key == "device") return set_device(value);  // looks whether it can be used
  find_key(key).set(settings(), value);
}

std::string to_string() {
  std::string text;
  for (const Key& key : kKeys) text += text_of(key.name, ": ", key.get(settings()), "\n");
  return text;
}

bool openmp() { return settings().openmp; }

}  // namespace config

DType floatx() { return settings().floatx; }
void set_floatx(DType dtype) { settings().set_floatx(dtype); }

double epsilon() { return settings().epsilon; }
void set_epsilon(double value) { settings().set_epsilon(value); }

std::string image_data_format() { return settings().channels_first ? "channels_first" : "channels_last"; }
void set_image_data_format(std::string_view format) { settings().set_image_data_format(format); }

namespace {
thread_local const Device* scoped_device = nullptr;
}  // namespace

DeviceScope::DeviceScope(const Device& device) : device_(device), before_(scoped_device) { scoped_device = &device_; }
DeviceScope::~DeviceScope() { scoped_device = before_; }

Device default_device() { return scoped_device != nullptr ? *scoped_device : settings().stored_device(); }
void store_default_device(const Device& device) { settings().store_device(device); }

void enable_op_determinism(bool on) { settings().deterministic = on; }
bool op_determinism_enabled() { return settings().deterministic; }

}  // namespace kerascpp
