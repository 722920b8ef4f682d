#include <limits>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/shape.hpp>

#include "support/catch.hpp"

using namespace kerascpp;

TEST_CASE("shapes print as Python tuples", "[core]") {
  CHECK(to_string(Shape{}) == "()");
  CHECK(to_string(Shape{3}) == "(3,)");
  CHECK(to_string(Shape{None, 28, 28, 1}) == "(None, 28, 28, 1)");
}

TEST_CASE("shape dimensions are read, set, inserted and erased by position", "[core]") {
  Shape shape{2, 3, 5};
  CHECK(shape.dim(-1) == 5);
  CHECK(shape.dim(0) == 2);
  CHECK(shape.back() == 5);
  shape.set_dim(-2, 7);
  shape.insert(1, 4);
  CHECK(shape == Shape{2, 4, 7, 5});
  shape.erase(0);
  shape.push_back(None);
  CHECK(shape == Shape{4, 7, 5, None});
  CHECK(shape.slice(1, 3) == Shape{7, 5});
  CHECK(shape != Shape{4, 7, 5});
  CHECK_THROWS_WITH(shape.dim(4), "[Shape] axis 4 is out of range for shape (4, 7, 5, None)");
  CHECK_THROWS_AS(shape.dim(-5), ShapeError);
  CHECK(shape[-1] == shape.back());
  CHECK_THROWS_AS(shape[4], ShapeError);
  CHECK_THROWS_AS(shape.erase(4), ShapeError);
  CHECK_THROWS_WITH(shape.insert(6, 1), ContainsSubstring("position 6"));
}

TEST_CASE("a shape holds at most twelve dimensions", "[core]") {
  Shape shape(std::vector<std::int64_t>(12, 1));
  CHECK(shape.ndim() == 12);
  CHECK_THROWS_WITH(shape.push_back(1), ContainsSubstring("at most 12 dimensions"));
  CHECK_THROWS_WITH(Shape(std::vector<std::int64_t>(13, 1)), ContainsSubstring("received 13"));
}

TEST_CASE("the size of a shape is exact or an error", "[core]") {
  CHECK(Shape{}.size() == 1);
  CHECK(Shape{2, 3, 5}.size() == 30);
  CHECK(Shape{2, 0, 5}.size() == 0);
  const std::int64_t huge = std::numeric_limits<std::int64_t>::max();
  CHECK(Shape{huge, 1}.size() == huge);
  CHECK(Shape{huge, huge, 0}.size() == 0);
  CHECK_THROWS_WITH((Shape{huge / 2, 3}.size()), ContainsSubstring("more elements than"));
  CHECK_THROWS_WITH((Shape{None, 3}.size()), ContainsSubstring("(None, 3) has an unknown dimension"));
}

TEST_CASE("row-major strides count elements", "[core]") {
  CHECK(Shape{2, 3, 5}.strides() == Shape{15, 5, 1});
  CHECK(Shape{}.strides() == Shape{});
}

TEST_CASE("None in a shape accepts any length", "[core]") {
  CHECK(Shape{None, 3}.accepts({7, 3}));
  CHECK_FALSE(Shape{None, 3}.accepts({7, 4}));
  CHECK_FALSE(Shape{None, 3}.accepts({7, 3, 1}));
  CHECK_FALSE(Shape{2, 3}.accepts({None, 3}));
}

TEST_CASE("shapes broadcast as in NumPy", "[core]") {
  CHECK(broadcast_shapes({2, 1, 5}, {3, 1}) == Shape{2, 3, 5});
  CHECK(broadcast_shapes({}, {4, 2}) == Shape{4, 2});
  CHECK(broadcast_shapes({1}, {0}) == Shape{0});
  CHECK(broadcast_shapes({None, 3}, {1}) == Shape{None, 3});
  CHECK(broadcast_shapes({1, 3}, {None, 1}) == Shape{None, 3});
  CHECK(broadcast_shapes({None}, {7}) == Shape{7});
  CHECK(broadcast_shapes({7}, {None}) == Shape{7});
  CHECK(broadcast_shapes({None}, {None}) == Shape{None});
  CHECK_THROWS_WITH(broadcast_shapes({2, 3}, {4, 3}),
                    "[broadcast] shapes (2, 3) and (4, 3) do not fit together: at axis -2 the lengths are 2 and 4; "
                    "they must be equal or one of them 1");
}

TEST_CASE("axes are counted from the end when negative", "[core]") {
  CHECK(normalize_axis(-1, 3) == 2);
  CHECK(normalize_axis(0, 3) == 0);
  CHECK_THROWS_WITH(normalize_axis(3, 3), "[axis] 3 is out of range for 3 dimensions");
  CHECK(normalize_axes({-1, 0}, 3) == std::vector<std::int64_t>{0, 2});
  CHECK(normalize_axes({}, 3) == std::vector<std::int64_t>{0, 1, 2});
  CHECK_THROWS_AS(normalize_axes({1, -2}, 3), ValueError);
  CHECK_THROWS_WITH(normalize_axes({1, -2}, 3), "[axis] axis 1 is given twice");
}
