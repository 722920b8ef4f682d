#include "data/stacking.hpp"

#include <cstring>

#include <kerascpp/core/error.hpp>

namespace kerascpp::data {
namespace {

using Part = TensorList Element::*;
constexpr Part kParts[] = {&Element::x, &Element::y, &Element::sample_weight};

Tensor stacked_arrays(const std::vector<Element>& elements, Part part, std::size_t array) {
  const Tensor& first = (elements.front().*part)[array];
  std::vector<std::int64_t> shape{static_cast<std::int64_t>(elements.size())};
  shape.insert(shape.end(), first.shape().begin(), first.shape().end());
  Tensor result = Tensor::empty(Shape(shape), first.dtype());
  char* to = static_cast<char*>(result.raw());
  for (std::size_t i = 0; i < elements.size(); ++i) {
    const Tensor& item = (elements[i].*part)[array];
    KCPP_CHECK(item.shape() == first.shape() && item.dtype() == first.dtype(), ShapeError, "[Dataset.batch] element ",
               i, " of a batch has an array ", item.dtype(), " ", item.shape(), ", the first one ", first.dtype(), " ",
               first.shape());
    if (item.nbytes() > 0) std::memcpy(to, item.raw(), item.nbytes());
    to += item.nbytes();
  }
  return result;
}

}  // namespace

Element stacked(const std::vector<Element>& elements) {
  Element result;
  for (const Part part : kParts) {
    const TensorList& first = elements.front().*part;
    for (std::size_t i = 0; i < elements.size(); ++i)
      KCPP_CHECK((elements[i].*part).size() == first.size(), ShapeError, "[Dataset.batch] element ", i,
                 " of a batch has ", (elements[i].*part).size(), " arrays, the first one ", first.size());
    for (std::size_t array = 0; array < first.size(); ++array)
      (result.*part).push_back(stacked_arrays(elements, part, array));
    (result.*part).set_names(first.names());
  }
  return result;
}

Element row_of(const Element& element, std::int64_t i) {
  Element row;
  for (const Part part : kParts) {
    for (const Tensor& array : element.*part) (row.*part).push_back(array[i]);
    (row.*part).set_names((element.*part).names());
  }
  return row;
}

std::int64_t rows_of(const Element& element, const char* what) {
  std::int64_t rows = -1;
  for (const Part part : kParts)
    for (const Tensor& array : element.*part) {
      KCPP_CHECK(array.defined() && array.ndim() > 0 && (rows < 0 || array.dim(0) == rows), ShapeError, "[", what,
                 "] expected arrays with equally many rows, received ",
                 array.defined() ? to_string(array.shape()) : "an undefined tensor");
      rows = array.dim(0);
    }
  KCPP_CHECK(rows >= 0, ShapeError, "[", what, "] received no arrays");
  return rows;
}

}  // namespace kerascpp::data
