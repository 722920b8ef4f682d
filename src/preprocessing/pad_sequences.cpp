#include <algorithm>
#include <cstring>

#include <kerascpp/preprocessing/sequence.hpp>

namespace kerascpp::preprocessing::sequence {
namespace {

bool at_start(const std::string& where, const char* name) {
  KCPP_CHECK(where == "pre" || where == "post", ValueError, "[pad_sequences] ", name,
             " must be \"pre\" or \"post\", received \"", where, "\"");
  return where == "pre";
}

/// Where the part of a sequence that is kept comes from and goes to.
struct Placement {
  std::int64_t from, to, count;

  Placement(std::int64_t length, std::int64_t width, bool pad_first, bool cut_first) {
    count = std::min(length, width);
    from = cut_first ? length - count : 0;
    to = pad_first ? width - count : 0;
  }
};

std::int64_t width_of(const PadSequencesOptions& options, std::int64_t longest, bool none) {
  KCPP_CHECK(!none || options.maxlen, ValueError, "[pad_sequences] there are no sequences: give maxlen");
  const std::int64_t width = options.maxlen.value_or(longest);
  KCPP_CHECK(width >= 0, ValueError, "[pad_sequences] maxlen must not be negative, received ", width);
  return width;
}

}  // namespace

Tensor pad_sequences(const Sequences& sequences, const PadSequencesOptions& options) {
  std::int64_t longest = 0;
  for (const auto& sequence : sequences) longest = std::max(longest, static_cast<std::int64_t>(sequence.size()));
  const std::int64_t width = width_of(options, longest, sequences.empty());
  const bool pad_first = at_start(options.padding, "padding"), cut_first = at_start(options.truncating, "truncating");
  Tensor result = full({static_cast<std::int64_t>(sequences.size()), width}, options.value, options.dtype);
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    const Placement place(static_cast<std::int64_t>(sequences[i].size()), width, pad_first, cut_first);
    const Tensor values =
        Tensor(sequences[i].data() + place.from, Shape{place.count}, DType::Int64).astype(options.dtype);
    char* const row =
        static_cast<char*>(result.raw()) +
        static_cast<std::size_t>(static_cast<std::int64_t>(i) * width + place.to) * itemsize(options.dtype);
    if (place.count > 0) std::memcpy(row, values.raw(), values.nbytes());
  }
  return result;
}

Tensor pad_arrays(const std::vector<Tensor>& sequences, const PadSequencesOptions& options) {
  std::int64_t longest = 0;
  Shape item;
  bool known = false;
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    KCPP_CHECK(sequences[i].defined() && sequences[i].ndim() > 0, ShapeError, "[pad_sequences] sequence ", i,
               " has no axis of time");
    longest = std::max(longest, sequences[i].dim(0));
    if (sequences[i].dim(0) == 0) continue;
    const Shape rest(std::vector<std::int64_t>(sequences[i].shape().begin() + 1, sequences[i].shape().end()));
    KCPP_CHECK(!known || rest == item, ShapeError, "[pad_sequences] items of sequence ", i, " have shape ", rest,
               ", those before it ", item);
    item = rest;
    known = true;
  }
  const std::int64_t width = width_of(options, longest, sequences.empty());
  const bool pad_first = at_start(options.padding, "padding"), cut_first = at_start(options.truncating, "truncating");
  std::vector<std::int64_t> shape{static_cast<std::int64_t>(sequences.size()), width};
  shape.insert(shape.end(), item.begin(), item.end());
  Tensor result = full(Shape(shape), options.value, options.dtype);
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    const Placement place(sequences[i].dim(0), width, pad_first, cut_first);
    if (place.count == 0) continue;
    const Tensor values = sequences[i].rows(place.from, place.from + place.count).astype(options.dtype);
    Tensor row = result[static_cast<std::int64_t>(i)].rows(place.to, place.to + place.count);
    std::memcpy(row.raw(), values.raw(), values.nbytes());
  }
  return result;
}

}  // namespace kerascpp::preprocessing::sequence
