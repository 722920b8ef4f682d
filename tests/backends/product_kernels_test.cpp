#include <kerascpp/ops.hpp>

#include "support/catch.hpp"
#include "support/kernel_runner.hpp"
#include "support/skip.hpp"

using namespace kerascpp;
using namespace kerascpp::testing;

namespace {

struct Row {
  std::int64_t M, N, K;
};

// around the units of rows and columns, one and several depths
const std::vector<Row> kLarge{{16, 16, 16}, {37, 50, 41}, {128, 10 * 16, 300}, {130, 33, 600}, {200, 130, 1600}};
// few sums, in parts that are even and uneven
const std::vector<Row> kLong{{32, 64, 6400}, {17, 33, 1030}, {128, 128, 1024}, {16, 200, 2500}};
const std::vector<Row> kThin{{1, 1, 10}, {1, 10, 3}, {1, 130, 67}, {3, 40, 129}, {4, 17, 8}, {9, 7, 5}, {1, 600, 300}};

void check_products(const std::vector<Row>& rows, const std::string& library, bool transpose_a, bool transpose_b) {
  for (const Row& row : rows)
    for (const std::string epilogue : {"", "bias", "relu", "bias,relu", "bias,tanh", "bias,add,relu"}) {
      CAPTURE(library, row.M, row.N, row.K, transpose_a, transpose_b, epilogue);
      const Tensor a = transpose_a ? uniform({row.K, row.M}, 1) : uniform({row.M, row.K}, 1);
      const Tensor b = transpose_b ? uniform({row.N, row.K}, 2) : uniform({row.K, row.N}, 2);
      KernelCall call{
          "matmul",
          {{"transpose_a", transpose_a}, {"transpose_b", transpose_b}, {"algorithm", std::string("panels")}},
          {a, b},
          {{DType::Float32, {row.M, row.N}}}};
      if (!epilogue.empty()) call.attributes.set("epilogue", epilogue);
      if (epilogue.find("bias") != std::string::npos) call.inputs.emplace_back(uniform({row.N}, 3));
      if (epilogue.find("add") != std::string::npos) call.inputs.emplace_back(uniform({row.M, row.N}, 4));
      const auto prepared = prepare_kernel(call, "cpu", library);
      CAPTURE(prepared.prepared.refusal);
      if (prepared.prepared.refusal.find("needs AVX2") != std::string::npos) return skip("needs AVX2 or AVX-512");
      REQUIRE(prepared.prepared.kernel != nullptr);
      const double allowed = 4e-7 * static_cast<double>(row.K);
      CHECK(relative_error(prepared.run()[0], run_kernel(call, "reference")[0]) <= allowed);
    }
}

}  // namespace

TEST_CASE("products by panels agree with the reference") {
  for (const bool transpose_a : {false, true})
    for (const bool transpose_b : {false, true}) check_products(kLarge, "panels", transpose_a, transpose_b);
}

TEST_CASE("long products in parts agree with the reference") {
  for (const bool transpose_a : {false, true})
    for (const bool transpose_b : {false, true}) check_products(kLong, "panels", transpose_a, transpose_b);
}

TEST_CASE("thin products agree with the reference") {
  for (const bool transpose_b : {false, true}) check_products(kThin, "thin", false, transpose_b);
}

TEST_CASE("products of int8 are exact") {
  for (const Row& row :
       std::vector<Row>{{1, 1, 1}, {3, 17, 5}, {4, 16, 64}, {9, 33, 130}, {1, 600, 301}, {40, 70, 256}})
    for (const bool transpose_a : {false, true})
      for (const bool transpose_b : {false, true}) {
        CAPTURE(row.M, row.N, row.K, transpose_a, transpose_b);
        const auto drawn = [](const Shape& shape, std::uint64_t seed) {  // from -128 to 127
          return Tensor(ops::clip(ops::floor(uniform(shape, seed) * 140.0f), -128, 127)).astype(DType::Int8);
        };
        const Tensor a = drawn(transpose_a ? Shape{row.K, row.M} : Shape{row.M, row.K}, 1);
        const Tensor b = drawn(transpose_b ? Shape{row.N, row.K} : Shape{row.K, row.N}, 2);
        const KernelCall call{"matmul",
                              {{"transpose_a", transpose_a}, {"transpose_b", transpose_b}},
                              {a, b},
                              {{DType::Int32, {row.M, row.N}}}};
        CHECK(run_kernel(call, "cpu", "int8")[0].to_vector<std::int32_t>() ==
              run_kernel(call, "reference")[0].to_vector<std::int32_t>());
      }
}
