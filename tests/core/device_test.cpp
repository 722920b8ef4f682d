#include <kerascpp/core/device.hpp>
#include <kerascpp/core/error.hpp>

#include "support/catch.hpp"

using namespace kerascpp;

TEST_CASE("device names are read and printed", "[core]") {
  CHECK(device_from_name("cpu") == Device());
  CHECK(to_string(Device()) == "cpu:0");
  const Device device = [] { return device_from_name(std::string("cuda:") + "13"); }();
  CHECK(device.backend == "cuda");  // the text it was made from is gone
  CHECK(device.index == 13);
  CHECK(to_string(device) == "cuda:13");
  CHECK_FALSE(device == device_from_name("cuda"));
}

TEST_CASE("malformed device names are refused", "[core]") {
  for (const char* name : {"", ":0", "cpu:", "cpu:x", "cpu:-1", "cpu:1x", "CPU", "cpu 0", "1gpu", "cpu:99999999999"})
    CHECK_THROWS_AS(device_from_name(name), ValueError);
  CHECK_THROWS_WITH(device_from_name("gpu:a"), ContainsSubstring("\"gpu:a\""));
}
