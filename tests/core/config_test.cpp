#include <kerascpp/core/config.hpp>

#include "support/catch.hpp"

using namespace kerascpp;

TEST_CASE("a Config keeps its values and the order of its keys", "[core]") {
  Config config;
  config.set("units", 10)
      .set("rate", 0.5)
      .set("name", "dense")
      .set("bias", true)
      .set("shape", Config::list({2, nullptr}));
  CHECK(config.is_map());
  CHECK(config.size() == 5);
  CHECK(config["units"].as_int() == 10);
  CHECK(config["rate"].as_double() == 0.5);
  CHECK(config["name"].as_string() == "dense");
  CHECK(config["bias"].as_bool());
  CHECK(config["shape"].as_list()[1].is_null());
  CHECK(config.as_map()[2].first == "name");
  CHECK(to_string(config) == R"({"units": 10, "rate": 0.5, "name": "dense", "bias": true, "shape": [2, null]})");
  config.set("units", 11);
  CHECK(config.as_map()[0].second == Config(11));
  CHECK(config.erase("rate"));
  CHECK_FALSE(config.erase("rate"));
  CHECK_FALSE(config.contains("rate"));
  CHECK(config.size() == 4);
}

TEST_CASE("numbers of a Config convert where no value is lost", "[core]") {
  CHECK(Config(3).as_double() == 3.0);
  CHECK(Config(3.0).as_int() == 3);
  CHECK_THROWS_WITH(Config(3.5).as_int(), "[config] expected int, received float 3.5");
  CHECK_THROWS_AS(Config(1e300).as_int(), FormatError);
  CHECK_THROWS_AS(Config(true).as_int(), FormatError);
  CHECK(to_string(Config(3.0)) == "3.0");
}

TEST_CASE("a Config of the wrong kind says what it is", "[core]") {
  CHECK_THROWS_WITH(Config("abc").as_int(), "[config] expected int, received string \"abc\"");
  CHECK_THROWS_WITH(Config(1).as_string(), "[config] expected string, received int 1");
  CHECK_THROWS_WITH(Config().as_list(), "[config] expected list, received null");
  CHECK_THROWS_WITH(Config(1).as_map(), ContainsSubstring("expected map"));
  CHECK_THROWS_WITH(Config(1).as_bool(), ContainsSubstring("expected bool"));
  CHECK_THROWS_WITH(Config("x").as_double(), ContainsSubstring("expected float"));
  const Config map = Config::map({{"a", 1}, {"b", 2}});
  CHECK_THROWS_WITH(map.at("c"), "[config] no key \"c\"; the map has a, b");
  CHECK_THROWS_WITH(Config::map().at("c"), "[config] no key \"c\"; the map has no keys");
  CHECK_THROWS_AS(Config(1).at("c"), FormatError);
  CHECK(Config(1).find("c") == nullptr);
}

TEST_CASE("lists of a Config grow from null", "[core]") {
  Config list;
  list.push_back(1);
  list.push_back("two");
  CHECK(list == Config::list({1, "two"}));
  CHECK(list.size() == 2);
  Config number = 1;
  CHECK_THROWS_AS(number.push_back(2), FormatError);
  CHECK_THROWS_AS(number.set("a", 2), FormatError);
}

TEST_CASE("Configs compare as in Python", "[core]") {
  CHECK(Config(1) == Config(1.0));
  CHECK_FALSE(Config(1) == Config(true));
  CHECK(Config::map({{"a", 1}, {"b", 2}}) == Config::map({{"b", 2.0}, {"a", 1}}));
  CHECK_FALSE(Config::map({{"a", 1}}) == Config::map({{"a", 1}, {"b", 2}}));
  CHECK_FALSE(Config::list({1, 2}) == Config::list({2, 1}));
  CHECK(Config() == Config(nullptr));
}

TEST_CASE("texts of a Config escape quotes", "[core]") { CHECK(to_string(Config("a\"b\\\n")) == R"("a\"b\\\n")"); }
