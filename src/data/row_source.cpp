#include "data/row_source.hpp"

namespace kerascpp::data {
namespace {

class Rows final : public Iterator {
 public:
  explicit Rows(RowSource& source) : source_(source) {}
  bool next(Element& element) override {
    if (at_ == source_.rows()) return false;
    element = {source_.read(at_, at_ + 1)[0]};
    ++at_;
    return true;
  }

 private:
  RowSource& source_;
  std::int64_t at_ = 0;
};

}  // namespace

std::unique_ptr<Iterator> RowSource::iterate(const Pass&) { return std::make_unique<Rows>(*this); }

}  // namespace kerascpp::data
