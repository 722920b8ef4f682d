#include <kerascpp/kerascpp.hpp>

#include "support/catch.hpp"

namespace kerascpp::test {

TEST_CASE("the inputs that a symbol comes from, without the learning phase", "[utils]") {
  const Symbol a = layers::Input({3}), b = layers::Input({3});
  const Symbol y = layers::Dropout(0.5)(layers::Dense(2)(b)) + layers::Dense(2)(a);
  const std::vector<Symbol> sources = utils::get_source_inputs(y);
  REQUIRE(sources.size() == 2);
  CHECK(sources[0].is(a));
  CHECK(sources[1].is(b));
  CHECK(utils::get_source_inputs(constant(Tensor(1.0f))).empty());
}

TEST_CASE("dtypes have one name", "[utils]") {
  CHECK(utils::standardize_dtype("float16") == "float16");
  CHECK(utils::standardize_dtype("") == to_string(floatx()));
  CHECK(utils::standardize_dtype("int") == "int64");
  CHECK(utils::standardize_dtype(DType::BFloat16) == "bfloat16");
  CHECK_THROWS_AS(utils::standardize_dtype("quaternion"), DTypeError);
}

TEST_CASE("logging is interactive unless it is switched off", "[utils]") {
  CHECK(utils::is_interactive_logging_enabled());
  utils::disable_interactive_logging();
  CHECK_FALSE(utils::is_interactive_logging_enabled());
  utils::enable_interactive_logging();
  CHECK(utils::is_interactive_logging_enabled());
}

TEST_CASE("initializers and regularizers have Keras's other names", "[utils]") {
  CHECK(to_config(initializers::glorot_normal()).at("class_name").as_string() == "GlorotNormal");
  CHECK(to_config(initializers::he_uniform({.seed = 3})).at("class_name").as_string() == "HeUniform");
  CHECK(to_config(initializers::constant(2)).at("class_name").as_string() == "Constant");
  CHECK(to_config(initializers::OrthogonalInitializer()).at("class_name").as_string() == "Orthogonal");
  const Sequential model{layers::Input({2}), layers::Dense(2, {.kernel_initializer = initializers::identity()})};
  CHECK(allclose(model.get_weights()[0], Tensor{{1.0f, 0.0f}, {0.0f, 1.0f}}));
}

}  // namespace kerascpp::test
