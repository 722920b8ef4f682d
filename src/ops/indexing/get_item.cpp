#include <algorithm>
#include <numeric>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/graph/variable.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>
#include <kerascpp/ops/sorting.hpp>

#include "ops/iota.hpp"
#include "ops/shape_support.hpp"

// NumPy's indexing in four steps, each of which can be undone for assignments:
//   slice     integers and slices cut a block; the axes of integers keep length one
//   squeeze   the axes of integers go
//   gather    the axes of arrays go in front and are read by index vectors; their axes move to their place
//   expand    new axes come in

namespace kerascpp {

Index::Index(const Variable& array) : kind_(Kind::Array), array_(array.symbol()) {}
Index::Index(const Tensor& array) : kind_(Kind::Array), array_(constant(array)) {}
Index::Index(std::initializer_list<std::int64_t> array)
    : kind_(Kind::Array),
      array_(constant(Tensor(array.begin(), {static_cast<std::int64_t>(array.size())}, DType::Int64))) {}

namespace ops {
namespace {

using Axis = std::int64_t;

// A key read against the shape of the array.
struct Plan {
  std::vector<Axis> begin, end, step;  // one for each axis of x
  std::vector<Axis> integer_axes;      // of x
  std::vector<Axis> array_axes;        // of x without the integer axes
  std::vector<Symbol> arrays;          // one for each of the array axes, broadcast together
  Axis place = 0;                      // where the axes of the arrays stand among the other axes
  std::vector<Axis> new_axes;          // of the result
  bool whole = true;                   // no axis is cut
};

// The places of the true elements of a mask whose values are not known: flat ones, in order, then one array for each
// axis. Their number is computed when the function runs.
std::vector<Symbol> true_places(const Symbol& mask) {
  const Symbol flat = ravel(mask);
  const Symbol places = cast(iota_like(flat, 0), DType::Int64), size = axis_size(flat, 0);
  // true ones first: the others are moved behind the end
  const Symbol sorted = sort(where(flat, places, places + size));
  const Symbol flat_places = take(sorted, iota(sum(cast(flat, DType::Int64))), 0);
  std::vector<Symbol> indices;
  Symbol stride = constant(Tensor(std::int64_t{1}));
  for (int axis = mask.ndim() - 1; axis >= 0; --axis) {
    const Symbol length = axis_size(mask, axis);
    indices.insert(indices.begin(), mod(floor_divide(flat_places, stride), length));
    stride = stride * length;
  }
  return indices;
}

// `key` with a boolean array as the integer arrays of its true places.
std::vector<Index> without_masks(const std::vector<Index>& key) {
  std::vector<Index> entries;
  for (const Index& entry : key) {
    if (entry.kind() != Index::Kind::Array || !is_bool(entry.array().dtype())) {
      entries.push_back(entry);
      continue;
    }
    const Tensor mask = constant_value(entry.array());
    KCPP_CHECK(entry.array().ndim() > 0, ShapeError,
               "[get_item] a boolean index needs at least one dimension, received ", entry.array());
    if (mask.defined())
      for (const Tensor& places : nonzero(mask)) entries.emplace_back(places);
    else
      for (const Symbol& places : true_places(entry.array())) entries.emplace_back(places);
  }
  return entries;
}

int axes_used(const std::vector<Index>& entries) {
  return static_cast<int>(std::count_if(entries.begin(), entries.end(), [](const Index& entry) {
    return entry.kind() != Index::Kind::NewAxis && entry.kind() != Index::Kind::Ellipsis;
  }));
}

// Index arrays are broadcast by adding zeros of the shape of the others, which works for unknown lengths as well.
std::vector<Symbol> broadcast_together(const std::vector<Symbol>& arrays) {
  const bool same = std::all_of(arrays.begin(), arrays.end(), [&](const Symbol& array) {
    return array.shape() == arrays[0].shape() && array.shape().is_known();
  });
  std::vector<Symbol> result;
  for (const Symbol& array : arrays) {
    Symbol index = cast(array, DType::Int64);
    for (const Symbol& other : arrays)
      if (!same && !other.is(array)) index = index + zeros_as(cast(other, DType::Int64));
    result.push_back(index);
  }
  return result;
}

class Reader {
 public:
  Reader(const Shape& x, const std::vector<Index>& key) : x_(x), entries_(without_masks(key)) {
    const auto ellipses = std::count_if(entries_.begin(), entries_.end(),
                                        [](const Index& entry) { return entry.kind() == Index::Kind::Ellipsis; });
    KCPP_CHECK(ellipses <= 1, ValueError, "[get_item] an index can hold only one Ellipsis");
    if (ellipses == 0) entries_.emplace_back(Ellipsis());
    missing_ = x.ndim() - axes_used(entries_);
    KCPP_CHECK(missing_ >= 0, ShapeError, "[get_item] an index with ", axes_used(entries_), " entries for ", x.ndim(),
               " axes of ", x);
    has_arrays_ = std::any_of(entries_.begin(), entries_.end(),
                              [](const Index& entry) { return entry.kind() == Index::Kind::Array; });
  }

  Plan read() {
    for (std::size_t i = 0; i < entries_.size(); ++i) read_entry(entries_[i], i);
    if (!has_arrays_) return std::move(plan_);
    // arrays that other entries separate have their axes in front
    std::vector<Symbol> arrays = broadcast_together(plan_.arrays);
    plan_.arrays = std::move(arrays);
    plan_.place = adjacent_ ? first_kept_ : 0;
    int rank = 0;
    for (const Symbol& array : plan_.arrays) rank = std::max(rank, array.ndim());
    for (Axis& axis : plan_.new_axes)
      if (!adjacent_ || axis >= first_out_) axis += rank;
    return std::move(plan_);
  }

 private:
  void read_entry(const Index& entry, std::size_t i) {
    switch (entry.kind()) {
      case Index::Kind::Integer:
        return read_integer(entry.integer(), i);
      case Index::Kind::Array:
        return read_array(entry.array(), i);
      case Index::Kind::Slice:
        return read_slice(entry.slice());
      case Index::Kind::NewAxis:
        plan_.new_axes.push_back(out_++);
        return;
      case Index::Kind::Ellipsis:
        for (int k = 0; k < missing_; ++k) read_slice(Slice());
        return;
    }
  }

  void read_integer(std::int64_t index, std::size_t i) {
    const std::int64_t length = x_[axis_];
    KCPP_CHECK(length == None || (index >= -length && index < length), ValueError, "[get_item] index ", index,
               " is out of range for axis ", axis_, " of ", x_);
    note_advanced(i);
    plan_.integer_axes.push_back(axis_);
    push(index, index == -1 ? kSliceEnd : index + 1, 1);
    plan_.whole = false;
  }

  void read_array(const Symbol& array, std::size_t i) {
    KCPP_CHECK(is_integer(array.dtype()), DTypeError,
               "[get_item] expected an index array of an integer dtype, received ", array);
    note_advanced(i);
    plan_.array_axes.push_back(axis_ - static_cast<Axis>(plan_.integer_axes.size()));
    plan_.arrays.push_back(array);
    push(0, kSliceEnd, 1);
  }

  void read_slice(const Slice& slice) {
    plan_.whole = plan_.whole && slice.begin == 0 && slice.end == kSliceEnd && slice.step == 1;
    push(slice.begin, slice.end, slice.step);
    ++kept_;
    ++out_;
  }

  void push(std::int64_t begin, std::int64_t end, std::int64_t step) {
    plan_.begin.push_back(begin);
    plan_.end.push_back(end);
    plan_.step.push_back(step);
    ++axis_;
  }

  // Integers count as arrays when it comes to whether these stand side by side.
  void note_advanced(std::size_t i) {
    if (!seen_advanced_) {
      seen_advanced_ = true;
      first_kept_ = kept_;
      first_out_ = out_;
    } else if (i != last_advanced_ + 1) {
      adjacent_ = false;
    }
    last_advanced_ = i;
  }

  const Shape& x_;
  std::vector<Index> entries_;
  Plan plan_;
  int missing_ = 0;
  int axis_ = 0;   // of x
  Axis kept_ = 0;  // axes of slices so far
  Axis out_ = 0;   // axes of the result so far, without those of arrays
  bool has_arrays_ = false, seen_advanced_ = false, adjacent_ = true;
  std::size_t last_advanced_ = 0;
  Axis first_kept_ = 0, first_out_ = 0;
};

Symbol cut(const Symbol& x, const Plan& plan) {
  const Symbol block = plan.whole ? x : Symbol(strided_slice(x, plan.begin, plan.end, plan.step));
  return plan.integer_axes.empty() ? block : squeeze(block, plan.integer_axes);
}

// The axes of arrays in front of the others.
std::vector<Axis> arrays_first(const Symbol& block, const Plan& plan) {
  std::vector<Axis> axes = plan.array_axes;
  for (Axis axis = 0; axis < block.ndim(); ++axis)
    if (std::find(axes.begin(), axes.end(), axis) == axes.end()) axes.push_back(axis);
  return axes;
}

std::vector<Axis> range(Axis first, Axis count) {
  std::vector<Axis> axes(static_cast<std::size_t>(count));
  std::iota(axes.begin(), axes.end(), first);
  return axes;
}

Symbol index_vectors(const Plan& plan) { return stack(plan.arrays, -1); }

Symbol read(const Symbol& x, const Plan& plan) {
  Symbol result = cut(x, plan);
  if (plan.arrays.size() == 1 && plan.place == plan.array_axes[0]) {
    result = take(result, plan.arrays[0], plan.array_axes[0]);
  } else if (!plan.arrays.empty()) {
    result = gather_nd(transpose(result, arrays_first(result, plan)), index_vectors(plan));
    const Axis rank = plan.arrays[0].ndim();
    if (plan.place > 0 && rank > 0) result = moveaxis(result, range(0, rank), range(plan.place, rank));
  }
  return plan.new_axes.empty() ? result : expand_dims(result, plan.new_axes);
}

// `values`, in the shape that `read` gives, in the shape of what scatter or slice assignment takes.
Symbol in_block_order(const Symbol& values, const Plan& plan) {
  Symbol result = plan.new_axes.empty() ? values : squeeze(values, plan.new_axes);
  if (plan.arrays.empty()) return result;
  const Axis rank = plan.arrays[0].ndim();
  return plan.place > 0 && rank > 0 ? moveaxis(result, range(plan.place, rank), range(0, rank)) : result;
}

Symbol write(const Symbol& x, const Plan& plan, const Symbol& values, std::string_view reduction) {
  Symbol block = in_block_order(values, plan);
  if (!plan.arrays.empty()) {
    const Symbol whole = cut(x, plan);
    const std::vector<Axis> order = arrays_first(whole, plan);
    std::vector<Axis> back(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) back[static_cast<std::size_t>(order[i])] = static_cast<Axis>(i);
    block = scatter_update(transpose(whole, order), index_vectors(plan), block, reduction);
    block = transpose(block, back);
  }
  if (plan.whole) return block;
  if (!plan.integer_axes.empty()) block = expand_dims(block, plan.integer_axes);
  return make_symbol("slice_assign", {x, block}, {{"begin", plan.begin}, {"end", plan.end}, {"step", plan.step}});
}

std::vector<Index> plain(const std::vector<TensorIndex>& key) { return {key.begin(), key.end()}; }

Symbol stretched(const Operand& values, const Symbol& x, const Symbol& target) {
  const Symbol same = values.symbol(x.dtype());
  if (same.shape() == target.shape() && same.shape().is_known()) return same;
  return target.shape().is_known() ? broadcast_to(same, target.shape()) : broadcast_like(same, target);
}

}  // namespace

Symbol get_item(const Operand& x, const std::vector<Index>& key) {
  const SiteGuard guard(x.site());
  return read(x.symbol(), Reader(x.shape(), key).read());
}
Tensor get_item(const Tensor& x, const std::vector<TensorIndex>& key) {
  return compute_now(get_item(immediate(x), plain(key)));
}

Symbol set_subtensor(const Operand& x, const std::vector<Index>& key, const Operand& values) {
  const SiteGuard guard(x.site());
  const Symbol whole = x.symbol();
  const Plan plan = Reader(whole.shape(), key).read();
  return write(whole, plan, stretched(values, whole, read(whole, plan)), "");
}
Tensor set_subtensor(const Tensor& x, const std::vector<TensorIndex>& key, const Tensor& values) {
  return compute_now(set_subtensor(immediate(x), plain(key), immediate(values)));
}

Symbol inc_subtensor(const Operand& x, const std::vector<Index>& key, const Operand& values) {
  const SiteGuard guard(x.site());
  const Symbol whole = x.symbol();
  const Plan plan = Reader(whole.shape(), key).read();
  const Symbol old = read(whole, plan);
  const Symbol increment = stretched(values, whole, old);
  return plan.arrays.empty() ? write(whole, plan, old + increment, "") : write(whole, plan, increment, "add");
}
Tensor inc_subtensor(const Tensor& x, const std::vector<TensorIndex>& key, const Tensor& values) {
  return compute_now(inc_subtensor(immediate(x), plain(key), immediate(values)));
}

}  // namespace ops

Symbol Symbol::operator[](std::initializer_list<Index> key) const { return ops::get_item(*this, std::vector(key)); }
Symbol Variable::operator[](std::initializer_list<Index> key) const { return symbol()[key]; }
Tensor Tensor::operator[](std::initializer_list<TensorIndex> key) const {
  return ops::get_item(*this, std::vector(key));
}

}  // namespace kerascpp
