#include "sparse/compressed.hpp"

#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/accumulations.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/iota.hpp"

namespace kerascpp::sparse {
namespace {

// Whether each element of a vector differs from the one before it; the first one does.
Symbol differs_from_previous(const Symbol& ids) {
  const Symbol none = constant(Tensor(std::vector<std::int64_t>{-1}).astype(ids.dtype()));
  const Symbol previous = at(ops::concatenate({none, ids}), ops::iota_like(ids, 0));
  return ids != previous;
}

}  // namespace

Symbol size_constant(std::int64_t size) { return constant(Tensor(size)); }

std::int64_t known_size(const Symbol& size) {
  const Tensor value = constant_value(size);
  return value.defined() ? value.item<std::int64_t>() : None;
}

SparseSymbol compressed(Format format, const Symbol& data, const Symbol& indices, const Symbol& indptr,
                        const Symbol& major, const Symbol& minor) {
  if (format == Format::CSR) return {format, data, indices, indptr, major, minor};
  return {format, data, indices, indptr, minor, major};
}

Symbol like_major(const SparseSymbol& x) { return ops::slice_axis(x.indptr(), 0, Slice(1)); }
Symbol like_minor(const SparseSymbol& x) { return ops::iota(minor_size(x)); }

ops::CsrPattern pattern_of(const SparseSymbol& x) { return {x.indices(), x.indptr(), like_minor(x)}; }

Symbol major_ids(const SparseSymbol& x) { return ops::offsets_to_ids(x.indptr(), x.indices()); }

Symbol offsets_of(const Symbol& counts) {
  const Symbol zero = constant(Tensor(std::vector<std::int64_t>{0}).astype(counts.dtype()));
  return ops::concatenate({zero, ops::cumsum(counts, 0)});
}

Symbol count_true(const Symbol& mask) { return ops::sum(ops::cast(mask, DType::Int64)); }

Symbol scatter_add(const Symbol& values, const Symbol& places, const Symbol& like) {
  return make_symbol("take_gradient", {values, places, like},
                     {{"axis", std::int64_t{0}}, {"mode", std::string("raise")}});
}

Symbol at(const Symbol& x, const Symbol& places) { return ops::take(x, places, 0); }

SparseSymbol select(const SparseSymbol& x, const Symbol& mask) {
  const Symbol places = ops::true_places(mask, ops::iota(count_true(mask)));
  const Symbol indptr = at(offsets_of(ops::cast(mask, x.indptr().dtype())), x.indptr());
  return compressed(x.format(), at(x.data(), places), at(x.indices(), places), indptr, major_size(x), minor_size(x));
}

Symbol Merged::sums(const Symbol& values) const { return scatter_add(at(values, permutation), groups, like); }

Merged merge_coordinates(const Symbol& major, const Symbol& minor, const Symbol& majors, const Symbol& minors) {
  const Symbol by_minor = ops::counting_sort(minor, minors).permutation;
  const Symbol by_major = ops::counting_sort(at(major, by_minor), majors).permutation;
  Merged merged;
  merged.permutation = at(by_minor, by_major);
  const Symbol sorted_major = at(major, merged.permutation), sorted_minor = at(minor, merged.permutation);
  const Symbol is_new = ops::logical_or(differs_from_previous(sorted_major), differs_from_previous(sorted_minor));
  merged.groups = ops::cumsum(ops::cast(is_new, major.dtype()), 0) - 1;
  merged.like = ops::iota(count_true(is_new));
  const Symbol firsts = ops::true_places(is_new, merged.like);
  merged.indices = at(sorted_minor, firsts);
  merged.indptr = ops::counting_sort(at(sorted_major, firsts), majors).offsets;
  return merged;
}

Symbol same_length(const Symbol& like, const Symbol& other_like) {
  if (like.dim(0) != None && other_like.dim(0) != None) return like;
  return ops::reshape_like(other_like, like);
}

}  // namespace kerascpp::sparse
