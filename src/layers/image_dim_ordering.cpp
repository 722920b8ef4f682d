#include <kerascpp/backend.hpp>
#include <kerascpp/core/error.hpp>

namespace kerascpp::backend {

void set_image_dim_ordering(std::string_view ordering) {
  KCPP_CHECK(ordering == "tf" || ordering == "th", ValueError,
             "[set_image_dim_ordering] expected \"tf\" or \"th\", received \"", ordering, "\"");
  set_image_data_format(ordering == "th" ? "channels_first" : "channels_last");
}

}  // namespace kerascpp::backend
