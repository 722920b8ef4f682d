#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <kerascpp/backend/random_streams.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/core/fields_config.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/graph.hpp>
#include <kerascpp/graph/variable.hpp>

/// Values of any kind in one file. A type of the user chooses its fields by one line:
///
///   struct Experiment {
///     Tensor data;
///     Variable weights;
///     std::int64_t epoch = 0;
///     KCPP_FIELDS(data, weights, epoch)
///   };
///   save_fields(experiment, "experiment.zip");
///   load_fields(experiment, "experiment.zip");
///
/// A field is a Tensor, a Variable, a Graph, a Function, RandomStreams, a number, a text, a DType, a Shape, a list or
/// optional of such plain values, or again a type with fields.
namespace kerascpp {

template <class T>
concept HasFields = requires {
  T::field_names();
};

/// Writes values by name into a file: a zip of `fields.json` and `.npy` arrays, whole or not at all.
class KCPP_API FieldWriter {
 public:
  explicit FieldWriter(const std::string& path);
  ~FieldWriter();
  FieldWriter(const FieldWriter&) = delete;
  FieldWriter& operator=(const FieldWriter&) = delete;

  /// Throw ValueError for a name that is used twice or empty, and for what is undefined.
  void write(std::string_view name, const Tensor& value);
  /// Its value.
  void write(std::string_view name, const Variable& value);
  void write(std::string_view name, const Graph& value);
  void write(std::string_view name, const Function& value);
  /// The states of the streams.
  void write(std::string_view name, const backend::RandomStreams& value);
  template <class T>
  void write(std::string_view name, const T& value) {
    if constexpr (HasFields<T>) {
      const std::string prefix = std::string(name) + ".";
      value.for_each_field([&](std::string_view field, const auto& part) { write(prefix + std::string(field), part); });
    } else {
      write_plain(name, to_config(value));
    }
  }
  /// Throws IoError; without it the target stays as it was.
  void commit();

 private:
  void write_plain(std::string_view name, Config value);

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Reads what a FieldWriter wrote. Throws FormatError or LookupError naming the file and the field.
class KCPP_API FieldReader {
 public:
  /// Throws IoError, FormatError for what is no such file.
  explicit FieldReader(const std::string& path);
  ~FieldReader();
  FieldReader(const FieldReader&) = delete;
  FieldReader& operator=(const FieldReader&) = delete;

  void read(std::string_view name, Tensor& value) const;
  /// Sets the value of a variable, or makes one where it is undefined. Throws ShapeError where it does not fit.
  void read(std::string_view name, Variable& value) const;
  void read(std::string_view name, Graph& value) const;
  /// The function anew, with variables of its own.
  void read(std::string_view name, Function& value) const;
  /// Throws ShapeError where there are not as many streams.
  void read(std::string_view name, backend::RandomStreams& value) const;
  template <class T>
  void read(std::string_view name, T& value) const {
    if constexpr (HasFields<T>) {
      const std::string prefix = std::string(name) + ".";
      value.for_each_field([&](std::string_view field, auto& part) { read(prefix + std::string(field), part); });
    } else {
      read_plain(
          name, [](const Config& config, void* to) { from_config(config, *static_cast<T*>(to)); }, &value);
    }
  }

 private:
  void read_plain(std::string_view name, void (*convert)(const Config& config, void* to), void* to) const;

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Writes the fields of an object. Throws IoError, ValueError for a field that is undefined.
template <HasFields T>
void save_fields(const T& object, const std::string& path) {
  FieldWriter writer(path);
  object.for_each_field([&](std::string_view name, const auto& field) { writer.write(name, field); });
  writer.commit();
}

/// Reads the fields of an object from what `save_fields` wrote. Throws IoError, FormatError, and LookupError naming a
/// field that the file does not have.
template <HasFields T>
void load_fields(T& object, const std::string& path) {
  const FieldReader reader(path);
  object.for_each_field([&](std::string_view name, auto& field) { reader.read(name, field); });
}

}  // namespace kerascpp
