#include "backends/reference/lapack.hpp"

#include <algorithm>
#include <cstddef>

#include <kerascpp/core/error.hpp>

// The entry points of LAPACK, as Fortran compilers name them.
extern "C" {
void dpotrf_(const char* uplo, const int* n, double* a, const int* lda, int* info);
void dgetrf_(const int* m, const int* n, double* a, const int* lda, int* pivots, int* info);
void dgetri_(const int* n, double* a, const int* lda, const int* pivots, double* work, const int* lwork, int* info);
void dgetrs_(const char* trans, const int* n, const int* nrhs, const double* a, const int* lda, const int* pivots,
             double* b, const int* ldb, int* info);
void dtrtrs_(const char* uplo, const char* trans, const char* diag, const int* n, const int* nrhs, const double* a,
             const int* lda, double* b, const int* ldb, int* info);
void dgeqrf_(const int* m, const int* n, double* a, const int* lda, double* tau, double* work, const int* lwork,
             int* info);
void dorgqr_(const int* m, const int* n, const int* k, double* a, const int* lda, const double* tau, double* work,
             const int* lwork, int* info);
void dsyevd_(const char* jobz, const char* uplo, const int* n, double* a, const int* lda, double* w, double* work,
             const int* lwork, int* iwork, const int* liwork, int* info);
void dgeev_(const char* jobvl, const char* jobvr, const int* n, double* a, const int* lda, double* wr, double* wi,
            double* vl, const int* ldvl, double* vr, const int* ldvr, double* work, const int* lwork, int* info);
void dgesdd_(const char* jobz, const int* m, const int* n, double* a, const int* lda, double* s, double* u,
             const int* ldu, double* vt, const int* ldvt, double* work, const int* lwork, int* iwork, int* info);
}

namespace kerascpp::reference::lapack {
namespace {

// The distance between columns of n elements: LAPACK wants 1 at least.
int leading(int n) { return std::max(n, 1); }

void check(std::string_view op, int info) {
  KCPP_CHECK(info == 0, ValueError, "[", op, "] LAPACK found no result (code ", info,
             "): check the matrices for NaN and infinity");
}

// Calls `routine(work, length, info)` once to learn the length of its workspace, and then with it.
template <class Routine>
void with_workspace(std::string_view op, Routine routine) {
  double wish = 0;
  int query = -1, info = 0;
  routine(&wish, &query, &info);
  check(op, info);
  const int length = leading(static_cast<int>(wish));
  std::vector<double> work(static_cast<std::size_t>(length));
  routine(work.data(), &length, &info);
  check(op, info);
}

}  // namespace

int potrf_upper(int n, double* a) {
  const int lda = leading(n);
  int info = 0;
  dpotrf_("U", &n, a, &lda, &info);
  return info;
}

int getrf(int m, int n, double* a, int* pivots) {
  const int lda = leading(m);
  int info = 0;
  dgetrf_(&m, &n, a, &lda, pivots, &info);
  return info;
}

void getri(std::string_view op, int n, double* lu, const int* pivots) {
  const int lda = leading(n);
  with_workspace(
      op, [&](double* work, const int* length, int* info) { dgetri_(&n, lu, &lda, pivots, work, length, info); });
}

void getrs_transposed(std::string_view op, int n, int columns, const double* lu, const int* pivots, double* b) {
  const int lda = leading(n);
  int info = 0;
  dgetrs_("T", &n, &columns, lu, &lda, pivots, b, &lda, &info);
  check(op, info);
}

int trtrs(bool upper, bool transpose, int n, int columns, const double* a, double* b) {
  const int lda = leading(n);
  int info = 0;
  dtrtrs_(upper ? "U" : "L", transpose ? "T" : "N", "N", &n, &columns, a, &lda, b, &lda, &info);
  return info;
}

std::vector<double> geqrf(std::string_view op, int m, int n, double* a) {
  const int lda = leading(m);
  std::vector<double> factors(static_cast<std::size_t>(std::min(m, n)));
  with_workspace(op, [&](double* work, const int* length, int* info) {
    dgeqrf_(&m, &n, a, &lda, factors.data(), work, length, info);
  });
  return factors;
}

void orgqr(std::string_view op, int m, int columns, const std::vector<double>& factors, double* a) {
  const int lda = leading(m), reflectors = std::min(columns, static_cast<int>(factors.size()));
  with_workspace(op, [&](double* work, const int* length, int* info) {
    dorgqr_(&m, &columns, &reflectors, a, &lda, factors.data(), work, length, info);
  });
}

void syevd_upper(std::string_view op, int n, double* a, double* w) {
  const int lda = leading(n), integers = 5 * n + 3;  // as LAPACK asks for vectors
  std::vector<int> integer_work(static_cast<std::size_t>(integers));
  with_workspace(op, [&](double* work, const int* length, int* info) {
    dsyevd_("V", "U", &n, a, &lda, w, work, length, integer_work.data(), &integers, info);
  });
}

void geev(std::string_view op, int n, double* a, double* w_real, double* w_imaginary, double* vectors) {
  const int lda = leading(n);
  with_workspace(op, [&](double* work, const int* length, int* info) {
    dgeev_("N", "V", &n, a, &lda, w_real, w_imaginary, nullptr, &lda, vectors, &lda, work, length, info);
  });
}

void gesdd(std::string_view op, char job, int m, int n, double* a, double* s, double* u, double* vt) {
  const int lda = leading(m), ldvt = leading(job == 'A' ? n : std::min(m, n));
  std::vector<int> integer_work(static_cast<std::size_t>(8 * leading(std::min(m, n))));
  with_workspace(op, [&](double* work, const int* length, int* info) {
    dgesdd_(&job, &m, &n, a, &lda, s, u, &lda, vt, &ldvt, work, length, integer_work.data(), info);
  });
}

}  // namespace kerascpp::reference::lapack
