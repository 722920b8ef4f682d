#include <cstdint>
#include <limits>

#include <kerascpp/core/tensor.hpp>

#include "support/catch.hpp"
#include "support/skip.hpp"

using namespace kerascpp;

TEST_CASE("literals give the dtype and shape of their numbers", "[core]") {
  const Tensor matrix = Tensor{{0, 1, 2}, {-1, -2, -3}};
  CHECK(matrix.shape() == Shape{2, 3});
  CHECK(matrix.dtype() == DType::Int32);
  CHECK(matrix.to_vector<int>() == std::vector<int>{0, 1, 2, -1, -2, -3});
  CHECK(Tensor(3).shape() == Shape{});
  CHECK(Tensor(3).dtype() == DType::Int32);
  CHECK(Tensor(0.5).dtype() == DType::Float32);
  CHECK(Tensor(true).dtype() == DType::Bool);
  CHECK(Tensor{1, 2.5}.dtype() == DType::Float32);
  CHECK(Tensor{1, 2.5}.to_vector<double>() == std::vector<double>{1, 2.5});
  CHECK(Tensor{{{1L}, {2L}}}.shape() == Shape{1, 2, 1});
  const std::uint64_t huge = std::numeric_limits<std::uint64_t>::max();
  CHECK(Tensor{huge, std::uint64_t{1}}.dtype() == DType::UInt64);
  CHECK(Tensor{huge, std::uint64_t{1}}.item<std::uint64_t>(0) == huge);
  const std::int64_t wide = (std::int64_t{1} << 53) + 1;
  CHECK(Tensor(wide).item<std::int64_t>() == wide);
  CHECK_THROWS_WITH((Tensor{{1, 2}, {3}}), ContainsSubstring("depth 1: expected 2, received 1"));
  CHECK_THROWS_WITH((Tensor{{1, 2}, 3}), ContainsSubstring("mixes numbers and lists at depth 1"));
}

TEST_CASE("host memory is aligned to cache lines and never null", "[core]") {
  for (const std::int64_t n : {0, 1, 15, 16, 17, 1000}) {
    const Tensor tensor = empty({n});
    CHECK(reinterpret_cast<std::uintptr_t>(tensor.raw()) % 64 == 0);
    CHECK(tensor.raw() != nullptr);
    CHECK(tensor.nbytes() == static_cast<std::size_t>(n) * 4);
  }
}

TEST_CASE("memory that cannot be had is an Error, not a crash", "[core]") {
  const std::int64_t many = std::int64_t{1} << 58;
  CHECK_THROWS_WITH(empty({many}), ContainsSubstring("cannot allocate 1152921504606846976 bytes"));
  CHECK_THROWS_WITH(empty({std::int64_t{1} << 60}, DType::Float64), ContainsSubstring("too large for any memory"));
  CHECK_THROWS_WITH(empty({None, 3}), ContainsSubstring("unknown dimension"));
}

TEST_CASE("copying a Tensor shares its elements and copy() does not", "[core]") {
  Tensor a = std::vector<float>{1, 2, 3};
  Tensor shared = a;
  const Tensor copied = a.copy();
  a.data<float>()[1] = 9;
  CHECK(shared.item<float>(1) == 9);
  CHECK(copied.item<float>(1) == 2);
}

TEST_CASE("a borrowed tensor writes through to its owner", "[core]") {
  std::vector<double> values{1, 2, 3, 4};
  Tensor view = Tensor::borrow(values.data(), {2, 2}, DType::Float64);
  view.data<double>()[3] = 7;
  CHECK(values[3] == 7);
  CHECK_THROWS_WITH(Tensor::borrow(nullptr, {2}, DType::Int8), ContainsSubstring("null pointer"));
}

TEST_CASE("views must lie inside their storage", "[core]") {
  const auto storage = Storage::allocate_host(24);
  CHECK(Tensor(storage, 8, {4}, DType::Float32).size() == 4);
  CHECK_THROWS_WITH(Tensor(storage, 12, {4}, DType::Float32), ContainsSubstring("does not fit a storage of 24 bytes"));
  CHECK_THROWS_AS(Tensor(storage, 25, {0}, DType::Float32), ShapeError);
  CHECK_THROWS_AS(Tensor(nullptr, 0, {0}, DType::Float32), ValueError);
}

TEST_CASE("an undefined tensor refuses every question", "[core]") {
  const Tensor none;
  CHECK_FALSE(none.defined());
  CHECK(to_string(none) == "undefined tensor");
  CHECK_THROWS_AS(none.device(), ValueError);
  CHECK_THROWS_AS(none.item<int>(), ValueError);
  CHECK_THROWS_AS(none.data<float>(), ValueError);
  CHECK_THROWS_AS(none.astype(DType::Int8), ValueError);
  CHECK_THROWS_AS(none.reshape({1}), ValueError);
  CHECK_THROWS_AS(none.copy(), ValueError);
  CHECK_THROWS_AS(none.rows(0, 0), ValueError);
  CHECK_THROWS_AS(none[0], ValueError);
}

TEST_CASE("a tensor on another device is not read as host memory", "[core]") {
  auto storage = Storage::allocate_host(8);
  storage->device = device_from_name("cuda:1");
  const Tensor far(storage, 0, {2}, DType::Float32);
  CHECK_THROWS_WITH(far.item<float>(0), "[Tensor::item] the tensor lies on cuda:1; copy it to the host first");
  CHECK_THROWS_AS(far.astype(DType::Int32), BackendError);
  CHECK_THROWS_AS(far.copy(), BackendError);
  CHECK(to_string(far) == "values on cuda:1 dtype=float32 shape=(2,)");
}

TEST_CASE("elements are read in their own type or converted one by one", "[core]") {
  const Tensor tensor = std::vector<float>{1.75F, -2};
  CHECK_THROWS_WITH(tensor.data<int>(),
                    "[Tensor::data] the elements are float32, asked for as int32; convert with astype first");
  CHECK(tensor.item<int>(0) == 1);
  CHECK(tensor.item<bool>(1));
  CHECK_THROWS_WITH(tensor.item<float>(), "[Tensor::item] expected exactly one element, received shape (2,)");
  CHECK_THROWS_WITH(tensor.item<float>(2), ContainsSubstring("element 2 is out of range for shape (2,)"));
  CHECK_THROWS_AS(tensor.item<float>(-1), ValueError);
  CHECK_THROWS_AS(zeros({1}, DType::Complex64).item<float>(), DTypeError);
  CHECK(full({1, 1}, 4).item<float>() == 4);
}

TEST_CASE("reshape shares elements and infers one length", "[core]") {
  Tensor a = arange(24).reshape({2, 3, 4});
  const Tensor b = a.reshape({4, -1});
  CHECK(b.shape() == Shape{4, 6});
  a.data<float>()[23] = -1;
  CHECK(b.item<float>(23) == -1);
  CHECK(zeros({0, 3}).reshape({-1, 3}).shape() == Shape{0, 3});
  CHECK_THROWS_WITH(a.reshape({5, -1}),
                    "[Tensor::reshape] cannot reshape the 24 elements of shape (2, 3, 4) to (5, None)");
  CHECK_THROWS_AS(a.reshape({-1, -1}), ShapeError);
  CHECK_THROWS_AS(a.reshape({-2}), ShapeError);
  CHECK_THROWS_AS(a.reshape({25}), ShapeError);
  CHECK_THROWS_AS(zeros({0}).reshape({0, -1}), ShapeError);
}

TEST_CASE("rows and indices view the first axis", "[core]") {
  const Tensor a = arange(12).reshape({3, 2, 2});
  CHECK(identical(a.rows(1, 3), arange(4, 12).reshape({2, 2, 2})));
  CHECK(a.rows(3, 3).shape() == Shape{0, 2, 2});
  CHECK(identical(a[-1][0], arange(8, 10)));
  CHECK(a[1][1][0].item<int>() == 6);
  CHECK(a[1].storage() == a.storage());
  CHECK_THROWS_WITH(a.rows(1, 4), ContainsSubstring("rows [1, 4) are out of range for shape (3, 2, 2)"));
  CHECK_THROWS_AS(a.rows(2, 1), ValueError);
  CHECK_THROWS_AS(a[3], ValueError);
  CHECK_THROWS_AS(a[-4], ValueError);
  CHECK_THROWS_AS(Tensor(1)[0], ShapeError);
  CHECK_THROWS_AS(Tensor(1).rows(0, 0), ShapeError);
  CHECK(zeros({0, 2}).rows(0, 0).size() == 0);
}

TEST_CASE("creation functions fill every dtype", "[core]") {
  for (int i = 0; i < kNumDTypes; ++i) {
    const DType dtype = static_cast<DType>(i);
    INFO(name(dtype));
    CHECK(zeros({3, 2}, dtype).astype(DType::Float64).to_vector<double>() == std::vector<double>(6, 0));
    CHECK(ones({3, 2}, dtype).astype(DType::Float64).to_vector<double>() == std::vector<double>(6, 1));
    CHECK(ones({3, 2}, dtype).dtype() == dtype);
  }
  CHECK(full({2}, -1.5).to_vector<float>() == std::vector<float>{-1.5F, -1.5F});
}

TEST_CASE("arange counts as in NumPy", "[core]") {
  CHECK(arange(3).to_vector<float>() == std::vector<float>{0, 1, 2});
  CHECK(arange(1, 2, 0.25).to_vector<float>() == std::vector<float>{1, 1.25F, 1.5F, 1.75F});
  CHECK(arange(5, 0, -2, DType::Int32).to_vector<int>() == std::vector<int>{5, 3, 1});
  CHECK(arange(2, 2).size() == 0);
  CHECK(arange(2, 1).size() == 0);
  CHECK_THROWS_WITH(arange(0, 1, 0), ContainsSubstring("step not 0, received 0, 1, 0"));
  CHECK_THROWS_AS(arange(0, 1e300), ValueError);
  CHECK_THROWS_AS(arange(0, std::numeric_limits<double>::infinity()), ValueError);
}

TEST_CASE("allclose bounds each difference by atol and rtol", "[core]") {
  const double inf = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(allclose(Tensor{1.0, 100.0}, Tensor{1.000005, 100.0005}));
  CHECK_FALSE(allclose(Tensor{1.0, 100.0}, Tensor{1.0, 100.01}));
  CHECK(allclose(Tensor{0.0}, Tensor{0.01}, 0, 0.011));
  CHECK(allclose(std::vector<double>{inf, -inf}, std::vector<double>{inf, -inf}));
  CHECK_FALSE(allclose(std::vector<double>{inf}, std::vector<double>{-inf}));
  CHECK_FALSE(allclose(std::vector<double>{1}, std::vector<double>{inf}));
  CHECK_FALSE(allclose(std::vector<double>{nan}, std::vector<double>{nan}));
  CHECK(allclose(Tensor{1, 2}, Tensor{1.0, 2.0}));
  const complex64 z[] = {{1, 2}};
  const complex64 near[] = {{1, 2.00001F}};
  CHECK(allclose(Tensor(z, {1}, DType::Complex64), Tensor(near, {1}, DType::Complex64)));
  CHECK_FALSE(allclose(Tensor(z, {1}, DType::Complex64), Tensor{1.0}));
  CHECK_THROWS_WITH(allclose(zeros({2}), zeros({2, 1})), "[allclose] expected equal shapes, received (2,) and (2, 1)");
}

TEST_CASE("identical compares dtype, shape and bytes", "[core]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(identical(Tensor{nan, 1.0}, Tensor{nan, 1.0}));
  CHECK_FALSE(identical(Tensor{0.0}, Tensor{-0.0}));
  CHECK_FALSE(identical(Tensor{0}, Tensor{0.0}));
  CHECK_FALSE(identical(zeros({2, 1}), zeros({2})));
}

TEST_CASE("a TensorList of one converts to its tensor", "[core]") {
  const TensorList one = Tensor(4);
  const Tensor tensor = one;
  CHECK(tensor.item<int>() == 4);
  CHECK(one.item<float>() == 4);
  TensorList two{Tensor(1), Tensor(2)};
  two.push_back(Tensor(3));
  CHECK(two.size() == 3);
  CHECK(two[2].item<int>() == 3);
  CHECK_THROWS_WITH(two.single(), ContainsSubstring("the list holds 3; take one with [i]"));
  CHECK_THROWS_AS(TensorList().single(), ValueError);
}

TEST_CASE("a list has no items beyond its size", "[core]") {
  const TensorList list{Tensor{1, 2}, Tensor{3}};
  CHECK(list[1].item<std::int32_t>() == 3);
  CHECK_THROWS_AS(list[2], LookupError);
  CHECK_THROWS_WITH(
      list[static_cast<std::size_t>(-1)],
      "a list of 2 has no item -1; items count from 0, and get_item reads elements of the items themselves");
}

TEST_CASE("large blocks given back serve the next tensor of their size", "[core][tensor]") {
#if defined(__SANITIZE_ADDRESS__)
  skip("the address sanitizer is shown every block");
#else
  const Shape shape{3, 1 << 20};
  Tensor first = Tensor::empty(shape), second = Tensor::empty(shape);
  CHECK(first.raw() != second.raw());
  CHECK(reinterpret_cast<std::uintptr_t>(first.raw()) % (std::uintptr_t{1} << 21) == 0);
  const void* const block = first.raw();
  first = Tensor();
  const Tensor larger = Tensor::empty({8, 1 << 20});
  CHECK(larger.raw() != block);
  const Tensor third = Tensor::empty(shape);
  CHECK(third.raw() == block);
#endif
}
