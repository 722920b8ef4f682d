#include <kerascpp/core/configuration.hpp>
#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>

#include "support/catch.hpp"

namespace kerascpp::test {

TEST_CASE("settings are read and set by name", "[core][config]") {
  const std::string text = config::to_string();
  for (const std::string& key : config::keys()) {
    CHECK_THAT(text, ContainsSubstring(key + ": " + config::get(key) + "\n"));
    config::set(key, config::get(key));  // what it says, it takes
  }
  CHECK(config::to_string() == text);
  config::set("floatX", "float64");
  CHECK(floatx() == DType::Float64);
  config::set("floatx", "float32");
  config::set("image_data_format", "channels_first");
  CHECK(image_data_format() == "channels_first");
  config::set("image_data_format", "channels_last");
  config::set("deterministic", "True");
  CHECK(op_determinism_enabled());
  config::set("deterministic", "0");
  CHECK_FALSE(op_determinism_enabled());
  CHECK_THROWS_WITH(config::get("colour"), ContainsSubstring("no setting named \"colour\"; there are device, floatx"));
  CHECK_THROWS_WITH(config::set("openmp", "often"), ContainsSubstring("expected true or false, received \"often\""));
  CHECK_THROWS_WITH(config::set("epsilon", "small"), ContainsSubstring("expected a number, received \"small\""));
  CHECK_THROWS_WITH(config::set("floatx", "int32"), ContainsSubstring("float16, bfloat16, float32 or float64"));
}

}  // namespace kerascpp::test
