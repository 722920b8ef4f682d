#pragma once

#include <cstdint>
#include <string_view>

#include <kerascpp/sparse/symbol.hpp>

#include "ops/sparse/sparse_ops.hpp"

/// Sparse matrices by their major axis (rows of CSR, columns of CSC) and their minor one, whatever the format.
namespace kerascpp::sparse {

[[nodiscard]] Symbol size_constant(std::int64_t size);
/// The value of a constant scalar, else None.
[[nodiscard]] std::int64_t known_size(const Symbol& size);

[[nodiscard]] inline bool is_csr(const SparseSymbol& x) { return x.format() == Format::CSR; }
[[nodiscard]] inline Format other(Format format) { return format == Format::CSR ? Format::CSC : Format::CSR; }

[[nodiscard]] inline const Symbol& major_size(const SparseSymbol& x) { return is_csr(x) ? x.rows() : x.columns(); }
[[nodiscard]] inline const Symbol& minor_size(const SparseSymbol& x) { return is_csr(x) ? x.columns() : x.rows(); }
/// A matrix by major and minor length.
[[nodiscard]] SparseSymbol compressed(Format format, const Symbol& data, const Symbol& indices, const Symbol& indptr,
                                      const Symbol& major, const Symbol& minor);

/// Vectors with the lengths of the axes, for their shapes only.
[[nodiscard]] Symbol like_major(const SparseSymbol& x);
[[nodiscard]] Symbol like_minor(const SparseSymbol& x);
[[nodiscard]] inline Symbol like_rows(const SparseSymbol& x) { return is_csr(x) ? like_major(x) : like_minor(x); }
[[nodiscard]] inline Symbol like_columns(const SparseSymbol& x) { return is_csr(x) ? like_minor(x) : like_major(x); }
[[nodiscard]] ops::CsrPattern pattern_of(const SparseSymbol& x);

/// Row and column of each stored element, in the dtype of the indices.
[[nodiscard]] Symbol major_ids(const SparseSymbol& x);
[[nodiscard]] inline Symbol row_ids(const SparseSymbol& x) { return is_csr(x) ? major_ids(x) : x.indices(); }
[[nodiscard]] inline Symbol column_ids(const SparseSymbol& x) { return is_csr(x) ? x.indices() : major_ids(x); }

/// 0 and the running sums of `counts` (n): n + 1 offsets.
[[nodiscard]] Symbol offsets_of(const Symbol& counts);
/// The number of true elements, int64.
[[nodiscard]] Symbol count_true(const Symbol& mask);
/// values (n, ...) added up where `places` (n) says, in rows like those of `like`. Gradient: values.
[[nodiscard]] Symbol scatter_add(const Symbol& values, const Symbol& places, const Symbol& like);
/// x[places], along the first axis.
[[nodiscard]] Symbol at(const Symbol& x, const Symbol& places);

/// The stored elements for which `mask` (n) is true.
[[nodiscard]] SparseSymbol select(const SparseSymbol& x, const Symbol& mask);

/// What becomes of coordinates when those that are equal share a place.
struct Merged {
  Symbol permutation;  ///< (n): sorts the coordinates
  Symbol groups;       ///< (n): the place of each sorted coordinate
  Symbol like;         ///< (m): as many as there are places
  Symbol indices, indptr;

  /// values (n) added up at their places, (m).
  [[nodiscard]] Symbol sums(const Symbol& values) const;
};
/// `majors` and `minors` are as long as the axes.
[[nodiscard]] Merged merge_coordinates(const Symbol& major, const Symbol& minor, const Symbol& majors,
                                       const Symbol& minors);

/// `like`, under the assurance that `other_like` is as long: what is not known yet is compared when the function runs.
[[nodiscard]] Symbol same_length(const Symbol& like, const Symbol& other_like);

}  // namespace kerascpp::sparse
