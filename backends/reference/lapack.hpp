#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

/// The routines of LAPACK that the kernels of linear algebra call, in double precision.
///
/// Matrices are stored by columns, as in Fortran; a matrix stored by rows is its transpose. Functions that take
/// `op`, the name for messages, throw ValueError when LAPACK finds no result; the others tell by what they return.
namespace kerascpp::reference::lapack {

/// Replaces the upper triangle of the symmetric `a` (n, n) by U with a = U^T U. Returns 0, or k when the leading
/// minor of order k is not positive.
[[nodiscard]] int potrf_upper(int n, double* a);
/// Replaces `a` (m, n) by its factors L and U; pivots (min(m, n)) count from 1. Returns 0, or k when U(k, k) is 0.
[[nodiscard]] int getrf(int m, int n, double* a, int* pivots);
/// The inverse from the result of getrf.
void getri(std::string_view op, int n, double* lu, const int* pivots);
/// Replaces b (n, columns) by the solution of a^T x = b, from the result of getrf for a.
void getrs_transposed(std::string_view op, int n, int columns, const double* lu, const int* pivots, double* b);
/// Replaces b (n, columns) by the solution of a x = b, or a^T x = b, with one triangle of a.
/// Returns 0, or k when the diagonal element k is 0.
[[nodiscard]] int trtrs(bool upper, bool transpose, int n, int columns, const double* a, double* b);
/// Replaces `a` (m, n) by r in its upper triangle and reflectors below it; returns their factors.
[[nodiscard]] std::vector<double> geqrf(std::string_view op, int m, int n, double* a);
/// Replaces `a` (m, columns), with the reflectors of geqrf in its first columns, by the first columns of q.
void orgqr(std::string_view op, int m, int columns, const std::vector<double>& factors, double* a);
/// Replaces the symmetric `a` (n, n), of which the upper triangle is read, by its eigenvectors; w (n) ascends.
void syevd_upper(std::string_view op, int n, double* a, double* w);
/// Eigenvalues (real, imaginary) and right eigenvectors, as geev packs them, of `a`, which is overwritten.
void geev(std::string_view op, int n, double* a, double* w_real, double* w_imaginary, double* vectors);
/// a (m, n), which is overwritten, = u diag(s) vt. job 'N': values alone; 'S': u (m, k) and vt (k, n); 'A': u (m, m)
/// and vt (n, n).
void gesdd(std::string_view op, char job, int m, int n, double* a, double* s, double* u, double* vt);

}  // namespace kerascpp::reference::lapack
