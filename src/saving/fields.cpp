#include <kerascpp/saving/fields.hpp>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/npy.hpp>
#include <kerascpp/saving/json.hpp>

#include "saving/graph_members.hpp"
#include "saving/zip_archive.hpp"

// fields.json: {"version": 1, "fields": {name: value}}, where a value is plain, or {"array": dtype} for the member
// <name>.npy, or {"graph": true} for the members <name>/...
namespace kerascpp {
namespace {

constexpr std::int64_t kVersion = 1;
constexpr const char* kFieldsMember = "fields.json";

std::string array_member(std::string_view name) { return std::string(name) + ".npy"; }
std::string graph_prefix(std::string_view name) { return std::string(name) + "/"; }

}  // namespace

struct FieldWriter::Impl {
  explicit Impl(const std::string& path) : archive(path) {}

  void set(std::string_view name, Config value) {
    KCPP_CHECK(!name.empty(), ValueError, "[FieldWriter] a field needs a name");
    KCPP_CHECK(fields.find(name) == nullptr, ValueError, "[FieldWriter] field \"", name, "\" is written twice");
    fields.set(name, std::move(value));
  }

  ZipWriter archive;
  Config fields = Config::map();
};

FieldWriter::FieldWriter(const std::string& path) : impl_(std::make_unique<Impl>(path)) {}
FieldWriter::~FieldWriter() = default;

void FieldWriter::write(std::string_view name, const Tensor& value) {
  KCPP_CHECK(value.defined(), ValueError, "[FieldWriter] field \"", name, "\" is an undefined tensor");
  impl_->set(name, Config::map({{"array", to_string(value.dtype())}}));
  impl_->archive.add(array_member(name), npy_from_tensor(storable_in_npy(value)));
}

void FieldWriter::write(std::string_view name, const Variable& value) {
  KCPP_CHECK(value.defined(), ValueError, "[FieldWriter] field \"", name, "\" is an undefined variable");
  write(name, value.get_value());
}

void FieldWriter::write(std::string_view name, const Graph& value) {
  impl_->set(name, Config::map({{"graph", true}}));
  add_graph(impl_->archive, graph_prefix(name), value, Config::map());
}

void FieldWriter::write(std::string_view name, const Function& value) {
  KCPP_CHECK(value.defined(), ValueError, "[FieldWriter] field \"", name, "\" is an undefined function");
  impl_->set(name, Config::map({{"graph", true}}));
  add_graph(impl_->archive, graph_prefix(name), value.graph(), options_of(value));
}

void FieldWriter::write(std::string_view name, const backend::RandomStreams& value) { write(name, value.get_state()); }

void FieldWriter::write_plain(std::string_view name, Config value) {
  impl_->set(name, Config::map({{"value", std::move(value)}}));
}

void FieldWriter::commit() {
  impl_->archive.add(kFieldsMember, to_json(Config::map({{"version", kVersion}, {"fields", impl_->fields}})));
  impl_->archive.commit();
}

struct FieldReader::Impl {
  explicit Impl(const std::string& path) : archive(path) {
    KCPP_CHECK(archive.find(kFieldsMember) != nullptr, FormatError, path, " holds no fields: it has no member ",
               kFieldsMember);
    within("fields.json", [&] {
      const Config config = parse_json(archive.read(kFieldsMember), kFieldsMember);
      KCPP_CHECK(config.at("version").as_int() == kVersion, FormatError, "version ", config.at("version").as_int(),
                 " is not known");
      fields = config.at("fields");
      KCPP_CHECK(fields.is_map(), FormatError, "expected a map of fields");
    });
  }

  template <class Read>
  void within(std::string_view what, Read read) const {
    try {
      read();
    } catch (Error& error) {
      error.add_context(text_of("while reading ", what, " of ", archive.path()));
      throw;
    }
  }

  /// What the file says of a field under the key of its kind.
  [[nodiscard]] const Config& part(std::string_view name, std::string_view kind, std::string_view expected) const {
    const Config* const field = fields.find(name);
    KCPP_CHECK(field != nullptr, LookupError, archive.path(), " has no field \"", name, "\"");
    const Config* const found = field->is_map() ? field->find(kind) : nullptr;
    KCPP_CHECK(found != nullptr, FormatError, "field \"", name, "\" of ", archive.path(), " is no ", expected);
    return *found;
  }

  [[nodiscard]] Tensor array(std::string_view name) const {
    const Config& dtype = part(name, "array", "array");
    Tensor value;
    within(name, [&] {
      const std::string member = array_member(name);
      value = stored_in_npy(tensor_from_npy(archive.read(member), member), dtype_from_name(dtype.as_string()), member);
    });
    return value;
  }

  ZipReader archive;
  Config fields;
};

FieldReader::FieldReader(const std::string& path) : impl_(std::make_unique<Impl>(path)) {}
FieldReader::~FieldReader() = default;

void FieldReader::read(std::string_view name, Tensor& value) const { value = impl_->array(name); }

void FieldReader::read(std::string_view name, Variable& value) const {
  const Tensor array = impl_->array(name);
  if (!value.defined())
    value = Variable(array, std::string(name));
  else
    impl_->within(name, [&] { value.set_value(array); });
}

void FieldReader::read(std::string_view name, Graph& value) const {
  static_cast<void>(impl_->part(name, "graph", "graph"));
  value = read_graph(impl_->archive, graph_prefix(name)).graph;
}

void FieldReader::read(std::string_view name, Function& value) const {
  static_cast<void>(impl_->part(name, "graph", "function"));
  value = function_from(read_graph(impl_->archive, graph_prefix(name)), impl_->archive.path());
}

void FieldReader::read(std::string_view name, backend::RandomStreams& value) const {
  const Tensor array = impl_->array(name);
  impl_->within(name, [&] { value.set_state(array); });
}

void FieldReader::read_plain(std::string_view name, void (*convert)(const Config&, void*), void* to) const {
  const Config& value = impl_->part(name, "value", "plain value");
  impl_->within(name, [&] { convert(value, to); });
}

}  // namespace kerascpp
