#include <kerascpp/utils/hdf5_matrix.hpp>

#include <algorithm>
#include <mutex>

#include <kerascpp/core/error.hpp>
#include <kerascpp/data/dataset.hpp>

#include "data/row_source.hpp"
#include "saving/hdf5_file.hpp"

namespace kerascpp::utils {
namespace {

// rows that were read together with others are kept when they take no more than this
constexpr std::size_t kMostKept = std::size_t{64} << 20U;

}  // namespace

class HDF5Matrix::Source final : public data::RowSource {
 public:
  Source(const std::string& datapath, const std::string& dataset, const HDF5MatrixOptions& options)
      : file_(datapath), dataset_(dataset), start_(options.start), normalizer_(options.normalizer) {
    shape_ = file_.shape(dataset);
    KCPP_CHECK(shape_.ndim() > 0, FormatError, "[HDF5Matrix] array \"", dataset, "\" of \"", datapath,
               "\" is a single number and has no rows");
    const std::int64_t all = shape_[0], end = options.end.value_or(all);
    KCPP_CHECK(start_ >= 0 && start_ <= end && end <= all, ValueError, "[HDF5Matrix] rows ", start_, " to ", end,
               " of array \"", dataset, "\" of \"", datapath, "\" are not there: it has ", all);
    end_ = end;
    shape_.set_dim(0, end - start_);
    together_ = file_.rows_of_chunk(dataset);
    const Tensor none = normalized(file_.read_rows(dataset, start_, std::min(start_ + 1, end)));
    dtype_ = none.dtype();
    if (normalizer_ && shape_[0] > 0) {
      Shape shape = none.shape();
      KCPP_CHECK(shape.ndim() > 0 && shape[0] == 1, ShapeError,
                 "[HDF5Matrix] normalizer must keep the number of rows, it gave ", shape, " for one");
      shape.set_dim(0, shape_[0]);
      shape_ = shape;
    }
  }

  [[nodiscard]] std::int64_t rows() const override { return end_ - start_; }
  [[nodiscard]] const Shape& shape() const { return shape_; }
  [[nodiscard]] DType dtype() const { return dtype_; }

  [[nodiscard]] Tensor read(std::int64_t first, std::int64_t last) override {
    KCPP_CHECK(first >= 0 && first <= last && last <= rows(), ValueError, "[HDF5Matrix] rows ", first, " to ", last,
               " are not there: it has ", rows());
    Tensor result;
    {
      const std::lock_guard lock(mutex_);
      result = stored(start_ + first, start_ + last);
    }
    return normalized(result);
  }

 private:
  [[nodiscard]] Tensor normalized(const Tensor& rows) const { return normalizer_ ? normalizer_(rows) : rows; }

  /// Whole chunks are read and kept, as the next batch may be in the same ones.
  [[nodiscard]] Tensor stored(std::int64_t first, std::int64_t last) {
    if (together_ == 1 || first == last) return file_.read_rows(dataset_, first, last);
    if (first < kept_first_ || !kept_.defined() || last > kept_first_ + kept_.dim(0)) {
      const std::int64_t from = std::max(start_, first / together_ * together_);
      const std::int64_t to = std::min(end_, (last + together_ - 1) / together_ * together_);
      kept_ = file_.read_rows(dataset_, from, to);
      kept_first_ = from;
    }
    const Tensor result = kept_.rows(first - kept_first_, last - kept_first_);
    if (kept_.nbytes() > kMostKept) kept_ = {};
    return result;
  }

  Hdf5Reader file_;
  std::string dataset_;
  std::int64_t start_, end_ = 0, together_ = 1;
  Callable<Tensor(const Tensor&)> normalizer_;
  Shape shape_;
  DType dtype_ = DType::Float32;
  std::mutex mutex_;
  Tensor kept_;
  std::int64_t kept_first_ = 0;
};

HDF5Matrix::HDF5Matrix(const std::string& datapath, const std::string& dataset, const HDF5MatrixOptions& options)
    : source_(std::make_shared<Source>(datapath, dataset, options)) {}

const Shape& HDF5Matrix::shape() const { return source_->shape(); }
DType HDF5Matrix::dtype() const { return source_->dtype(); }
Tensor HDF5Matrix::rows(std::int64_t first, std::int64_t last) const { return source_->read(first, last); }

Tensor HDF5Matrix::operator[](std::int64_t i) const {
  const std::int64_t row = i < 0 ? i + size() : i;
  return rows(row, row + 1)[0];
}

HDF5Matrix::operator DataArgument() const { return DataArgument(data::Dataset(source_)); }

}  // namespace kerascpp::utils
