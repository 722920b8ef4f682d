#pragma once

#include <kerascpp/graph/symbol.hpp>

/// Operations on the parts of a compressed matrix (M, N) with n stored elements: data (n), indices (n) and
/// indptr (M + 1), the elements of row r being those from indptr[r] to indptr[r + 1]. The columns of a matrix in CSC
/// format are the rows of a compressed one. Elements at one place add up; indices need not be sorted. `indices` and
/// `indptr` have one integer dtype. A `like` gives its first length only, that of the columns N where nothing else is
/// said. Kernels check the parts: ValueError for an indptr that does not begin with 0, decreases or does not end with
/// n, and for an index outside [0, N).
namespace kerascpp::ops {

struct SortedKeys {
  Symbol permutation;  ///< (n): keys[permutation] is in ascending order, equal ones as they came
  Symbol offsets;      ///< (K + 1): where each key begins among the sorted ones
};
/// Keys (n) in [0, K), K the length of `like`; both results have the dtype of the keys.
[[nodiscard]] SortedKeys counting_sort(const Symbol& keys, const Symbol& like);
/// Offsets (M + 1) -> the row of each element, (n), n the length of `like`.
[[nodiscard]] Symbol offsets_to_ids(const Symbol& offsets, const Symbol& like);
/// The places of the true elements of a vector, int64, as many as `like` has; ValueError when there are not so many.
[[nodiscard]] Symbol true_places(const Symbol& mask, const Symbol& like);

/// What the operations below share.
struct CsrPattern {
  Symbol indices, indptr, like;
};
/// data (n) -> (M, N). Gradient: data.
[[nodiscard]] Symbol csr_to_dense(const Symbol& data, const CsrPattern& pattern);
/// x (M, N) -> its elements at the stored places, (n). Gradient: x.
[[nodiscard]] Symbol csr_gather(const Symbol& x, const CsrPattern& pattern);
/// The matrix times x (N, K): (M, K). Gradient: data and x.
[[nodiscard]] Symbol csr_matmul(const Symbol& data, const CsrPattern& pattern, const Symbol& x);
/// The transposed matrix times x (M, K): (N, K). Gradient: data and x.
[[nodiscard]] Symbol csr_transposed_matmul(const Symbol& data, const CsrPattern& pattern, const Symbol& x);
/// The elements of a b^T at the stored places: a (M, K), b (N, K) -> (n). Gradient: a and b.
[[nodiscard]] Symbol csr_sampled_matmul(const Symbol& a, const Symbol& b, const Symbol& indices, const Symbol& indptr);

}  // namespace kerascpp::ops
