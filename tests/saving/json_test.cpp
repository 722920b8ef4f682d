// JSON as Python's json module reads and writes it.

#include <cmath>
#include <limits>

#include <kerascpp/saving/json.hpp>
#include <kerascpp/saving/yaml.hpp>

#include "support/catch.hpp"
#include "support/message_of.hpp"

namespace kerascpp::test {

TEST_CASE("infinity is read and written as Python's json does", "[saving][json]") {
  const std::string text =
      R"({"a": [1, -Infinity, 2.5e+3, Infinity], "Infinity": "-Infinity, \" NaN", "b": {"c": -Infinity}, "d": -7})";
  const Config config = parse_json(text);
  const Config::List& a = config.at("a").as_list();
  CHECK(a[0].as_int() == 1);
  CHECK(a[1].as_double() == -std::numeric_limits<double>::infinity());
  CHECK(a[2].as_double() == 2500);
  CHECK(a[3].as_double() == std::numeric_limits<double>::infinity());
  CHECK(config.at("Infinity").as_string() == "-Infinity, \" NaN");
  CHECK(config.at("b").at("c").as_double() == -std::numeric_limits<double>::infinity());
  CHECK(config.at("d").as_int() == -7);
  CHECK(to_json(config) ==
        R"({"a":[1,-Infinity,2500.0,Infinity],"Infinity":"-Infinity, \" NaN","b":{"c":-Infinity},"d":-7})");
  CHECK(parse_json(to_json(config)) == config);
  CHECK(parse_yaml(to_yaml(config)) == config);
}

TEST_CASE("NaN is no JSON, and the place is told", "[saving][json]") {
  CHECK_THAT(message_of<FormatError>([] { (void)parse_json(R"({"rate": NaN})", "m.json"); }),
             ContainsSubstring("[m.json] has NaN at byte 9"));
  CHECK_THAT(message_of<ValueError>([] { (void)to_json(Config(std::nan(""))); }), ContainsSubstring("no way to write"));
  for (const char* text :
       {"Infinit", "-Infinityy", "[Infinity Infinity]", "[1e999]", "\"Infinity", "-", "--Infinity", "{Infinity: 1}"}) {
    INFO(text);
    CHECK_THROWS_AS(parse_json(text), FormatError);
  }
}

TEST_CASE("JSON is written on one line or indented", "[saving][json]") {
  const Config config = Config::map(
      {{"a", Config::list({1, "x", Config::map()})}, {"b", nullptr}, {"c", Config(Config::List{})}, {"d", true}});
  CHECK(to_json(config) == R"({"a":[1,"x",{}],"b":null,"c":[],"d":true})");
  CHECK(to_json(config, 2) ==
        "{\n  \"a\": [\n    1,\n    \"x\",\n    {}\n  ],\n  \"b\": null,\n  \"c\": [],\n  \"d\": true\n}");
  CHECK_THROWS_AS(to_json(Config(std::string("\xff"))), ValueError);
}

}  // namespace kerascpp::test
