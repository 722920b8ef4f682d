// Arrays of classes and norms are those of Keras and NumPy.

#include <kerascpp/utils/numerical.hpp>

#include <cmath>

#include "support/catch.hpp"
#include "support/function_fixtures.hpp"

namespace kerascpp::test {

TEST_CASE("to_categorical and normalize give what Keras gives", "[utils][numerical][keras]") {
  for (const Config& row : fixtures("utils/numerical").at("cases").as_list()) {
    INFO(row.at("name").as_string());
    const Tensor x = fixture_tensor(row.at("x")), expected = fixture_tensor(row.at("y"));
    if (row.at("function").as_string() == "to_categorical") {
      std::optional<std::int64_t> classes;
      if (!row.at("num_classes").is_null()) classes = row.at("num_classes").as_int();
      CHECK(identical(utils::to_categorical(x, classes), expected));
      continue;
    }
    const Config& order = row.at("order");
    const double p = order.is_string() ? (order.as_string() == "inf" ? INFINITY : -INFINITY) : order.as_double();
    const Tensor y = utils::normalize(x, row.at("axis").as_int(), p);
    CHECK(y.dtype() == DType::Float64);
    check_close(y, expected, 1e-15 * 24);
  }
}

TEST_CASE("normalize keeps float dtypes and makes float64 of integers", "[utils][numerical]") {
  CHECK(utils::normalize(Tensor{3.0F, 4.0F}).dtype() == DType::Float32);
  CHECK(utils::normalize(Tensor{3, 4}).to_vector<double>() == std::vector<double>{0.6, 0.8});
}

TEST_CASE("probabilities become classes", "[utils][numerical]") {
  CHECK(utils::probas_to_classes({{0.1, 0.7, 0.2}, {0.5, 0.2, 0.5}}).to_vector<int>() == std::vector<int>{1, 0});
  const Tensor column = utils::probas_to_classes({{0.4}, {0.5}, {0.6}});
  CHECK(column.shape() == Shape{3, 1});
  CHECK(column.to_vector<int>() == std::vector<int>{0, 0, 1});
}

TEST_CASE("wrong labels and axes are refused", "[utils][numerical]") {
  CHECK_THROWS_WITH(utils::to_categorical({0, 3, 1}, 3), ContainsSubstring("label 1 is 3; expected 0 to 2"));
  CHECK_THROWS_WITH(utils::to_categorical({0, -1}), ContainsSubstring("label 1 is -1"));
  CHECK_THROWS_WITH(utils::to_categorical(zeros({0}, DType::Int32)), ContainsSubstring("num_classes must be given"));
  CHECK_THROWS_AS(utils::to_categorical(Tensor{-4}), ValueError);
  CHECK_THROWS_WITH(utils::normalize({1, 2}, 1), ContainsSubstring("axis 1 is out of range for shape (2,)"));
  CHECK_THROWS_AS(utils::normalize({1, 2}, 0, NAN), ValueError);
  CHECK_THROWS_AS(utils::probas_to_classes({0.5, 0.5}), ShapeError);
}

}  // namespace kerascpp::test
