// Where datasets begin: arrays, elements, generators.
#include <kerascpp/core/error.hpp>

#include "data/stacking.hpp"

namespace kerascpp::data {
namespace {

/// The elements that `get` gives for 0, 1, ... count - 1.
class Counted final : public SourceBase {
 public:
  Counted(Callable<Element(std::int64_t)> get, std::int64_t count) : get_(std::move(get)), count_(count) {}
  std::unique_ptr<Iterator> iterate(const Pass&) override { return std::make_unique<Walk>(get_, count_); }
  [[nodiscard]] std::int64_t cardinality() const override { return count_; }

 private:
  class Walk final : public Iterator {
   public:
    Walk(Callable<Element(std::int64_t)> get, std::int64_t count) : get_(std::move(get)), count_(count) {}
    bool next(Element& element) override {
      if (at_ == count_) return false;
      element = get_(at_++);
      return true;
    }

   private:
    Callable<Element(std::int64_t)> get_;
    std::int64_t count_;
    std::int64_t at_ = 0;
  };

  Callable<Element(std::int64_t)> get_;
  std::int64_t count_;
};

using Generator = Callable<std::optional<Element>()>;

class Generated final : public SourceBase {
 public:
  Generated(Callable<Generator()> start, std::int64_t cardinality)
      : start_(std::move(start)), cardinality_(cardinality) {}
  std::unique_ptr<Iterator> iterate(const Pass&) override { return std::make_unique<Walk>(start_()); }
  [[nodiscard]] std::int64_t cardinality() const override { return cardinality_; }

 private:
  class Walk final : public Iterator {
   public:
    explicit Walk(Generator generator) : generator_(std::move(generator)) {}
    bool next(Element& element) override {
      std::optional<Element> given = generator_();
      if (!given) return false;
      element = *std::move(given);
      return true;
    }

   private:
    Generator generator_;
  };

  Callable<Generator()> start_;
  std::int64_t cardinality_;
};

}  // namespace

Iterator::~Iterator() = default;
SourceBase::~SourceBase() = default;

Dataset Dataset::from_tensor_slices(const TensorList& x, const TensorList& y, const TensorList& sample_weight) {
  const Element arrays{x, y, sample_weight};
  const std::int64_t rows = rows_of(arrays, "Dataset.from_tensor_slices");
  return Dataset(std::make_shared<Counted>([arrays](std::int64_t i) { return row_of(arrays, i); }, rows));
}

Dataset Dataset::from_elements(std::vector<Element> elements) {
  const auto count = static_cast<std::int64_t>(elements.size());
  return Dataset(std::make_shared<Counted>(
      [kept = std::move(elements)](std::int64_t i) { return kept[static_cast<std::size_t>(i)]; }, count));
}

Dataset Dataset::from_generator(Callable<Generator()> start) {
  KCPP_CHECK(static_cast<bool>(start), ValueError, "[Dataset.from_generator] received no generator");
  return Dataset(std::make_shared<Generated>(std::move(start), kUnknownCardinality));
}

Dataset Dataset::from_function(Callable<Element()> next) {
  KCPP_CHECK(static_cast<bool>(next), ValueError, "[Dataset.from_function] received no function");
  const Generator generator = [next = std::move(next)]() -> std::optional<Element> { return next(); };
  return Dataset(std::make_shared<Generated>([generator] { return generator; }, kInfiniteCardinality));
}

}  // namespace kerascpp::data
