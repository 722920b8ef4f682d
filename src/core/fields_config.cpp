#include <kerascpp/core/fields_config.hpp>

namespace kerascpp {

Config to_config(const Shape& value) {
  Config::List list;
  for (std::int64_t length : value) list.push_back(length == None ? Config() : to_config(length));
  return Config(std::move(list));
}

void from_config(const Config& config, Shape& value) {
  value = {};
  for (const Config& item : config.as_list()) {
    const std::int64_t length = item.is_null() ? None : item.as_int();
    KCPP_CHECK(length >= 0 || item.is_null(), FormatError, "expected a shape, received ", config);
    value.push_back(length);
  }
}

std::string_view field_name(std::string_view names, std::size_t i) {
  while (i-- > 0) names.remove_prefix(names.find(',') + 1);
  names.remove_prefix(names.find_first_not_of(' '));
  return names.substr(0, names.find_first_of(", "));
}

}  // namespace kerascpp
