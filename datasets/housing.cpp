#include <kerascpp/core/error.hpp>
#include <kerascpp/datasets.hpp>
#include <kerascpp/saving/npz.hpp>
#include <kerascpp/utils/splitting.hpp>

#include "datasets/cache.hpp"
#include "utils/mersenne_twister.hpp"

namespace kerascpp::datasets {
namespace {

struct Part {
  double test_split;
  std::uint32_t seed;
  std::int64_t samples;  // the first ones of the file; -1: all
};

Dataset load(const std::string& path, std::int64_t attributes, const Part& part) {
  const Dict arrays = load_npz(path);
  const auto array = [&](const char* name) {
    const DictValue* const value = arrays.find(name);
    KCPP_CHECK(value != nullptr && value->tensor() != nullptr, FormatError, path, ": there is no array ", name);
    return *value->tensor();
  };
  Tensor x = array("x"), y = array("y");
  KCPP_CHECK(x.ndim() == 2 && x.dim(1) == attributes && y.shape() == Shape({x.dim(0)}), FormatError, path,
             ": expected x of shape (None, ", attributes, ") and as many y, found ", x.shape(), " and ", y.shape());
  if (part.samples >= 0 && part.samples < x.dim(0)) {
    x = x.rows(0, part.samples);
    y = y.rows(0, part.samples);
  }
  const auto order = utils::NumpyRandom(part.seed).permutation(x.dim(0));
  const auto trains = static_cast<std::int64_t>(static_cast<double>(x.dim(0)) * (1 - part.test_split));
  const std::vector<std::int64_t> train(order.begin(), order.begin() + trains);
  const std::vector<std::int64_t> test(order.begin() + trains, order.end());
  return {{utils::take_rows(x, train), utils::take_rows(y, train)},
          {utils::take_rows(x, test), utils::take_rows(y, test)}};
}

void check_split(double test_split, const char* dataset) {
  KCPP_CHECK(test_split >= 0 && test_split < 1, ValueError, "[datasets::", dataset,
             "] test_split must be in [0, 1), received ", test_split);
}

const OfficialFile kBoston{"boston_housing.npz", std::string(kKerasFiles) + "boston_housing.npz",
                           "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5"};
const OfficialFile kCalifornia{"california_housing.npz", std::string(kKerasFiles) + "california_housing.npz",
                               "1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f"};

}  // namespace

Dataset boston_housing(const BostonHousingOptions& options) {
  check_split(options.test_split, "boston_housing");
  return load(official_file("boston_housing", options.path, kBoston, options.download), 13,
              {options.test_split, options.seed, -1});
}

Dataset california_housing(const CaliforniaHousingOptions& options) {
  check_split(options.test_split, "california_housing");
  KCPP_CHECK(options.version == "large" || options.version == "small", ValueError,
             "[datasets::california_housing] version must be \"large\" or \"small\", received \"", options.version,
             "\"");
  constexpr std::int64_t kSmall = 600;
  return load(official_file("california_housing", options.path, kCalifornia, options.download), 8,
              {options.test_split, options.seed, options.version == "small" ? kSmall : -1});
}

}  // namespace kerascpp::datasets
