// needs: base elementwise
// Connectionist temporal classification (Graves et al., 2006): one block for each sequence, the places s of the labels
// with a blank before, between and behind them shared out to its threads, step after step. Logarithms in double.

__device__ inline double ctc_log_add(double a, double b) {
  if (a < b) {
    const double kept = a;
    a = b;
    b = kept;
  }
  return b == Type<double>::lowest() ? a : a + log1p(exp(b - a));
}

struct CtcSequence {
  const int32* target;
  int64 length, steps, classes;
  int32 blank;

  __device__ int64 places() const { return 2 * length + 1; }
  __device__ int64 label(int64 s) const { return s % 2 == 0 ? blank : target[s / 2]; }
  // Whether s may be reached from s - 2: over a blank between two different labels.
  __device__ bool may_skip(int64 s) const { return s >= 2 && s % 2 == 1 && target[s / 2] != target[s / 2 - 1]; }
  // Whether lengths and labels are within their ranges: a GPU cannot stop the program.
  __device__ bool is_valid(int64 most_labels, int64 most_steps) const {
    if (length < 0 || length > most_labels || steps < 0 || steps > most_steps) return false;
    for (int64 i = 0; i < length; ++i)
      if (target[i] < 0 || target[i] >= classes) return false;
    return true;
  }
};

// -log p of a sequence, and what passes through each class at each step, added to `passing` (T, C), which is zero. alpha
// and beta: T rows of `row` numbers. Without a valid sequence the loss is no number.
template <int threads, class T>
__device__ inline void ctc_sequence(const CtcSequence& q, const T* logs, int64 most_labels, int64 most_steps, int64 row,
                                    double* alpha, double* beta, T* loss, T* passing) {
  const double impossible = Type<double>::lowest();
  const int64 S = q.places();
  const int tid = int(threadIdx.x);
  if (!q.is_valid(most_labels, most_steps)) {
    if (tid == 0) put(loss[0], impossible - impossible);
    return;
  }
  if (q.steps == 0) {
    if (tid == 0) put(loss[0], S == 1 ? 0.0 : -impossible);
    return;
  }
  for (int64 t = 0; t < q.steps; ++t) {
    for (int64 s = tid; s < S; s += threads) {
      double before = t == 0 && s < 2 ? 0.0 : impossible;
      if (t > 0) {
        const double* last = alpha + (t - 1) * row;
        before = last[s];
        if (s >= 1) before = ctc_log_add(before, last[s - 1]);
        if (q.may_skip(s)) before = ctc_log_add(before, last[s - 2]);
      }
      alpha[t * row + s] = before + double(get(logs[t * q.classes + q.label(s)]));
    }
    __syncthreads();
  }
  for (int64 t = q.steps - 1; t >= 0; --t) {
    for (int64 s = tid; s < S; s += threads) {
      double after = s + 2 >= S ? 0.0 : impossible;
      if (t < q.steps - 1) {
        const double* next = beta + (t + 1) * row;
        const T* step = logs + (t + 1) * q.classes;
        after = next[s] + double(get(step[q.label(s)]));
        if (s + 1 < S) after = ctc_log_add(after, next[s + 1] + double(get(step[q.label(s + 1)])));
        if (s + 2 < S && q.may_skip(s + 2))
          after = ctc_log_add(after, next[s + 2] + double(get(step[q.label(s + 2)])));
      }
      beta[t * row + s] = after;
    }
    __syncthreads();
  }
  const double* last = alpha + (q.steps - 1) * row;
  const double log_p = S == 1 ? last[0] : ctc_log_add(last[S - 1], last[S - 2]);
  if (tid == 0) put(loss[0], log_p == impossible ? -impossible : -log_p);
  if (log_p == impossible) return;
  for (int64 t = tid; t < q.steps; t += threads)
    for (int64 s = 0; s < S; ++s) {
      T& sum = passing[t * q.classes + q.label(s)];
      put(sum, double(get(sum)) + exp(alpha[t * row + s] + beta[t * row + s] - log_p));
    }
}
