#include "training/batch_feed.hpp"

#include <kerascpp/core/error.hpp>

namespace kerascpp {

ArrayFeed::ArrayFeed(StepArrays arrays, std::int64_t batch_size)
    : arrays_(std::move(arrays)), batches_(arrays_.joined(), batch_size) {}

void ArrayFeed::start(const data::Pass& pass, std::int64_t first) {
  if (pass.shuffle_seed) batches_.shuffle(*pass.shuffle_seed, pass.number);
  at_ = first;
}

const std::vector<Tensor>* ArrayFeed::next() { return at_ < batches_.count() ? &batches_.batch(at_++) : nullptr; }

SourceFeed::SourceFeed(std::shared_ptr<data::SourceBase> source, Prepare prepare, const char* what)
    : source_(std::move(source)), prepare_(std::move(prepare)), what_(what) {}

void SourceFeed::begin(const data::Pass& pass) {
  pending_.reset();
  iterator_.reset();  // its threads end before others begin
  pass_ = pass;
  at_ = 0;
  iterator_ = source_->iterate(pass);
}

void SourceFeed::start(const data::Pass& pass, std::int64_t first) {
  const bool same = pass.number == pass_.number && pass.shuffle_seed == pass_.shuffle_seed && at_ == first;
  if (iterator_ != nullptr && (same || count() < 0)) return;
  begin(pass);
  for (data::Element skipped; at_ < first; ++at_)
    if (!iterator_->next(skipped)) break;
}

bool SourceFeed::pull(data::Element& element) {
  if (pending_) {
    element = *std::move(pending_);
    pending_.reset();
    return true;
  }
  if (iterator_ != nullptr && iterator_->next(element)) return true;
  iterator_.reset();
  return false;
}

const std::vector<Tensor>* SourceFeed::next() {
  data::Element element;
  if (!pull(element)) return nullptr;
  try {
    current_ = prepare_(element).joined();
  } catch (Error& error) {
    error.add_context(text_of("in batch ", at_, " of what ", what_, " received"));
    throw;
  }
  ++at_;
  return &current_;
}

const StepArrays& SourceFeed::sample() {
  if (!sample_) {
    begin({});
    data::Element element;
    KCPP_CHECK(iterator_->next(element), ValueError, "[", what_, "] received data without a batch");
    sample_ = prepare_(element);
    sample_->varies = true;
    pending_ = std::move(element);
  }
  return *sample_;
}

}  // namespace kerascpp
