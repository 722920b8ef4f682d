#pragma once

#include "backends/cpu/attention/attention_loops.hpp"
#include "backends/cpu/matmul/product_block.hpp"
#include "backends/cpu/random/uniform_blocks.hpp"
#include "backends/cpu/simd_math.hpp"
#include "core/random_fill.hpp"
#include "ops/attention_form.hpp"

// Bodies of the loops, included by one file per instruction set. For a row of scores s, m the largest of those so far:
// sums of exp(s - m) and of exp(s - m) v are kept, and multiplied by exp(m - m') when m grows to m'.
namespace kerascpp::cpu {

template <class T, int F>
struct AttentionBody {
  using R = simd::Register<T, F>;
  using S = simd::Scalar<T>;
  using W = simd::Register<S, F>;
  using Value = typename W::Value;
  using Pack = simd::Pack<S, F>;
  using Problem = AttentionProblem;
  using Run = AttentionRun;
  static constexpr std::int64_t kLanes = W::kLanes;
  static constexpr S kHidden = static_cast<S>(-__builtin_inf());

  static std::int64_t smaller(std::int64_t a, std::int64_t b) { return a < b ? a : b; }

  // --- products

  /// y (rows, columns) = or += x times b (depth, columns); columns a multiple of the lanes.
  static void product(std::int64_t rows, std::int64_t columns, std::int64_t depth, const S* x, std::int64_t x_row,
                      std::int64_t x_step, const S* b, std::int64_t b_step, S* y, std::int64_t y_row, bool add) {
    constexpr int kUnit = product::kRowUnit<F>;
    for (std::int64_t c = 0; c < columns; c += 2 * kLanes)
      for (std::int64_t r = 0; r < rows; r += kUnit) {
        const int count = static_cast<int>(smaller(kUnit, rows - r));
        S* to = y + r * y_row + c;
        if (c + 2 * kLanes <= columns)
          product::multiply_rows<F, kUnit, 2>(count, x + r * x_row, x_row, x_step, b + c, b_step, to, y_row, depth,
                                              {add ? to : nullptr, y_row});
        else
          product::multiply_rows<F, kUnit, 1>(count, x + r * x_row, x_row, x_step, b + c, b_step, to, y_row, depth,
                                              {add ? to : nullptr, y_row});
      }
  }

  // --- rows in and out

  static S element(const T* from) {
    if constexpr (sizeof(T) == sizeof(S))
      return static_cast<S>(*from);
    else
      return R::load_some(from, 1)[0];
  }

  /// `columns` elements and zeros up to `width`, times `factor`.
  static void widen(const T* from, std::int64_t columns, std::int64_t width, S factor, S* to) {
    const Value f = W::broadcast(factor);
    std::int64_t c = 0;
    for (; c + kLanes <= columns; c += kLanes) W::store(to + c, R::load(from + c) * f);
    if (c < columns) {
      W::store_some(to + c, R::load_some(from + c, columns - c) * f, columns - c);
      c = columns;
    }
    for (; c < width; ++c) to[c] = 0;
  }

  static void narrow(const S* from, std::int64_t columns, S factor, T* to) {
    const Value f = W::broadcast(factor);
    std::int64_t c = 0;
    for (; c + kLanes <= columns; c += kLanes) R::store(to + c, W::load(from + c) * f);
    if (c < columns) R::store_some(to + c, W::load_some(from + c, columns - c) * f, columns - c);
  }

  /// to (columns, width) = factor times from (rows, columns) transposed, zeros up to `width` rows.
  static void transpose(const T* from, std::int64_t stride, std::int64_t rows, std::int64_t columns, std::int64_t width,
                        S factor, S* to) {
    constexpr std::int64_t kTile = 16;
    for (std::int64_t r0 = 0; r0 < width; r0 += kTile)
      for (std::int64_t c0 = 0; c0 < columns; c0 += kTile)
        for (std::int64_t c = c0; c < smaller(c0 + kTile, columns); ++c)
          for (std::int64_t r = r0; r < smaller(r0 + kTile, width); ++r)
            to[c * width + r] = r < rows ? element(from + r * stride + c) * factor : 0;
  }

  // --- one row of scores

  struct Place {
    std::int64_t b, n, t, first, keys;  // keys [first, first + keys)
  };

  static std::int64_t offset(const ScoreStrides& along, const Place& at) {
    return at.b * along.strides[0] + at.n * along.strides[1] + at.t * along.strides[2] + at.first * along.strides[3];
  }

  /// Scores as the softmax takes them, minus infinity where a key is hidden or there is none up to `width`. `slopes`,
  /// if not null: their derivatives by the products.
  static void finish_scores(const Problem& p, const Run& run, const Place& at, std::int64_t width, S* row, S* slopes) {
    if (p.soft_cap > 0) {
      const Value cap = W::broadcast(static_cast<S>(p.soft_cap)), one = W::broadcast(1);
      for (std::int64_t s = 0; s < width; s += kLanes) {
        const Value bent = vector_math::tanh(Pack(W::load(row + s) / cap)).value;
        W::store(row + s, cap * bent);
        if (slopes != nullptr) W::store(slopes + s, one - bent * bent);
      }
    }
    if (p.has_bias) {
      const S* bias = static_cast<const S*>(run.bias) + offset(p.bias, at);
      if (p.bias.strides[3] == 0)
        for (std::int64_t s = 0; s < at.keys; ++s) row[s] += *bias;
      else
        for (std::int64_t s = 0; s < at.keys; ++s) row[s] += bias[s];
    }
    std::int64_t begin = 0, end = at.keys;
    if (p.is_causal) end = smaller(end, at.t + 1 - at.first);
    if (p.window > 0) {
      end = smaller(end, at.t + p.window - at.first);
      begin = at.t - p.window + 1 - at.first;
      if (begin < 0) begin = 0;
    }
    if (end < 0) end = 0;
    for (std::int64_t m = 0; m < p.num_masks && begin < end; ++m) {
      const auto* mask = static_cast<const unsigned char*>(run.masks[m]) + offset(p.masks[m], at);
      if (p.masks[m].strides[3] == 0) {
        if (*mask == 0) end = begin;
      } else {
        for (std::int64_t s = begin; s < end; ++s) row[s] = mask[s] != 0 ? row[s] : kHidden;
      }
    }
    if (begin >= end) begin = end = 0;
    for (std::int64_t s = 0; s < begin; ++s) row[s] = kHidden;
    for (std::int64_t s = end; s < width; ++s) row[s] = kHidden;
  }

  static S largest(const S* row, std::int64_t width, S start) {
    Value best = W::broadcast(start);
    for (std::int64_t s = 0; s < width; s += kLanes) {
      const Value v = W::load(row + s);
      best = v > best ? v : best;
    }
    S result = best[0];
    for (std::int64_t lane = 1; lane < kLanes; ++lane) result = best[lane] > result ? best[lane] : result;
    return result;
  }

  /// row = exp(row - m); gives the sum.
  static S exponentials(S* row, std::int64_t width, S m) {
    const Value by = W::broadcast(m);
    Value sum{};
    for (std::int64_t s = 0; s < width; s += kLanes) {
      const Value e = simd::exp<S, F>(W::load(row + s) - by);
      W::store(row + s, e);
      sum += e;
    }
    S result = 0;
    for (std::int64_t lane = 0; lane < kLanes; ++lane) result += sum[lane];
    return result;
  }

  static void fill(S* row, std::int64_t n, S value) {
    for (std::int64_t i = 0; i < n; ++i) row[i] = value;
  }

  static void scale(S* row, std::int64_t width, S factor) {
    const Value f = W::broadcast(factor);
    for (std::int64_t i = 0; i < width; i += kLanes) W::store(row + i, W::load(row + i) * f);
  }

  /// What the weights of a row are multiplied with, zeros up to `width`: an element of the draw decides about each.
  static void kept(const Problem& p, const Run& run, const Place& at, std::int64_t width, S* to) {
    const std::int64_t first = ((at.b * p.N + at.n) * p.T + at.t) * p.S + at.first;
    const auto seed = static_cast<std::uint64_t>(run.dropout_key[0]),
               number = static_cast<std::uint64_t>(run.dropout_key[1]);
    const S rate = static_cast<S>(p.dropout), factor = static_cast<S>(1 / (1 - p.dropout));
    S draws[Problem::kKeys + 8];
    const S* from = draws;
    if constexpr (sizeof(S) == sizeof(float)) {
      const std::int64_t begin = first / 4, end = (first + at.keys + 3) / 4;
      uniform_blocks<static_cast<InstructionSet>(F)>({seed, number}, static_cast<std::uint64_t>(begin), end - begin,
                                                     draws);
      from += first - 4 * begin;
    } else {
      fill_uniform({seed, number}, 0, 1, DType::Float64, first, at.keys, draws);
    }
    for (std::int64_t s = 0; s < at.keys; ++s) to[s] = from[s] >= rate ? factor : 0;
    for (std::int64_t s = at.keys; s < width; ++s) to[s] = 0;
  }

  static void multiply(S* row, const S* by, std::int64_t width) {
    for (std::int64_t s = 0; s < width; s += kLanes) W::store(row + s, W::load(row + s) * W::load(by + s));
  }

  /// Whether no query of [t, t + rows) sees a key of [first, first + keys), whatever the masks say.
  static bool is_out_of_sight(const Problem& p, std::int64_t t, std::int64_t rows, std::int64_t first,
                              std::int64_t keys) {
    const bool later = p.is_causal && first > t + rows - 1;
    const bool far = p.window > 0 && (first - (t + rows - 1) >= p.window || t - (first + keys - 1) >= p.window);
    return later || far;
  }

  // --- forward

  static void pack_keys(const Problem& p, const Run& run, std::int64_t part, void*) {
    const std::int64_t head = part / p.key_blocks(), first = part % p.key_blocks() * p.block_keys();
    const std::int64_t keys = smaller(p.block_keys(), p.S - first), width = p.block_keys(),
                       padded = Problem::padded(p.E);
    const std::int64_t b = head / p.K, k = head % p.K, row = (b * p.S + first) * p.K + k;
    transpose(static_cast<const T*>(run.key) + row * p.H, p.K * p.H, keys, p.H, width, 1,
              static_cast<S*>(run.packed_keys) + part * width * p.H);
    const T* from = static_cast<const T*>(run.value) + row * p.E;
    S* to = static_cast<S*>(run.packed_values) + part * width * padded;
    for (std::int64_t s = 0; s < keys; ++s) widen(from + s * p.K * p.E, p.E, padded, 1, to + s * padded);
    fill(to + keys * padded, (width - keys) * padded, 0);
  }

  static void forward(const Problem& p, const Run& run, std::int64_t part, void* scratch) {
    const std::int64_t head = part / p.row_blocks(), t = part % p.row_blocks() * Problem::kRows;
    const std::int64_t b = head / p.N, n = head % p.N, shared = b * p.K + n / (p.N / p.K);
    const std::int64_t rows = smaller(Problem::kRows, p.T - t), width = p.block_keys(), padded = Problem::padded(p.E);
    S* q = static_cast<S*>(scratch);
    S* scores = q + Problem::kRows * p.H;
    S* sums = scores + Problem::kRows * width;
    S* best = sums + Problem::kRows * padded;
    S* totals = best + Problem::kRows;
    S* dropped = totals + Problem::kRows;
    for (std::int64_t r = 0; r < rows; ++r)
      widen(static_cast<const T*>(run.query) + ((b * p.T + t + r) * p.N + n) * p.H, p.H, p.H, static_cast<S>(p.scale),
            q + r * p.H);
    fill(sums, rows * padded, 0);
    fill(best, rows, kHidden);
    fill(totals, rows, 0);
    for (std::int64_t block = 0; block < p.key_blocks(); ++block) {
      const std::int64_t first = block * width, keys = smaller(width, p.S - first), used = Problem::padded(keys);
      if (is_out_of_sight(p, t, rows, first, keys)) continue;
      const std::int64_t packed = shared * p.key_blocks() + block;
      product(rows, used, p.H, q, p.H, 1, static_cast<const S*>(run.packed_keys) + packed * width * p.H, width, scores,
              width, false);
      for (std::int64_t r = 0; r < rows; ++r) {
        const Place at{b, n, t + r, first, keys};
        S* row = scores + r * width;
        finish_scores(p, run, at, used, row, nullptr);
        const S m = largest(row, used, best[r]);
        if (m == kHidden) {
          fill(row, used, 0);
          continue;
        }
        const S sum = exponentials(row, used, m);
        if (best[r] != m) {
          const S factor = simd::exp<S, F>(W::broadcast(best[r] - m))[0];
          totals[r] *= factor;
          scale(sums + r * padded, padded, factor);
          best[r] = m;
        }
        totals[r] += sum;
        if (p.dropout > 0) {
          kept(p, run, at, used, dropped);
          multiply(row, dropped, used);
        }
      }
      product(rows, padded, keys, scores, width, 1, static_cast<const S*>(run.packed_values) + packed * width * padded,
              padded, sums, padded, true);
    }
    for (std::int64_t r = 0; r < rows; ++r) {
      S statistics = best[r] + static_cast<S>(__builtin_log(static_cast<double>(totals[r]))), factor = 1 / totals[r];
      if (best[r] == kHidden) {
        statistics = static_cast<S>(p.zeros_unseen ? ops::kUnseen : -ops::kUnseen);
        factor = 1;
        if (!p.zeros_unseen) mean_of_values(p, run, {b, n, t + r, 0, 0}, dropped, sums + r * padded);
      }
      narrow(sums + r * padded, p.E, factor, static_cast<T*>(run.y) + ((b * p.T + t + r) * p.N + n) * p.E);
      static_cast<S*>(run.statistics)[(b * p.N + n) * p.T + t + r] = statistics;
    }
  }

  /// Of all keys, as dropout leaves them.
  static void mean_of_values(const Problem& p, const Run& run, Place at, S* dropped, S* to) {
    const std::int64_t padded = Problem::padded(p.E), shared = at.b * p.K + at.n / (p.N / p.K);
    const S* values = static_cast<const S*>(run.packed_values) + shared * p.key_blocks() * p.block_keys() * padded;
    const S weight = 1 / static_cast<S>(p.S);
    for (at.first = 0; at.first < p.S; at.first += Problem::kKeys) {
      at.keys = smaller(Problem::kKeys, p.S - at.first);
      if (p.dropout > 0) kept(p, run, at, at.keys, dropped);
      for (std::int64_t s = 0; s < at.keys; ++s) {
        const S factor = p.dropout > 0 ? weight * dropped[s] : weight;
        for (std::int64_t e = 0; e < padded; ++e) to[e] += factor * values[(at.first + s) * padded + e];
      }
    }
  }

  // --- gradient

  static void pack_queries(const Problem& p, const Run& run, std::int64_t part, void*) {
    const std::int64_t head = part / p.row_blocks(), t = part % p.row_blocks() * Problem::kRows;
    const std::int64_t b = head / p.N, n = head % p.N, end = smaller(t + Problem::kRows, p.T);
    const std::int64_t padded_h = Problem::padded(p.H), padded_e = Problem::padded(p.E);
    S* products = static_cast<S*>(run.products) + head * Problem::padded(p.T);
    for (std::int64_t row = t; row < end; ++row) {
      const std::int64_t from = (b * p.T + row) * p.N + n, to = head * p.T + row;
      widen(static_cast<const T*>(run.query) + from * p.H, p.H, padded_h, 1,
            static_cast<S*>(run.packed_queries) + to * padded_h);
      S* g = static_cast<S*>(run.packed_gradients) + to * padded_e;
      widen(static_cast<const T*>(run.g) + from * p.E, p.E, padded_e, 1, g);
      const T* y = static_cast<const T*>(run.y) + from * p.E;
      Value sum{};
      for (std::int64_t e = 0; e < p.E; e += kLanes)
        sum += W::load(g + e) * (e + kLanes <= p.E ? R::load(y + e) : R::load_some(y + e, p.E - e));
      S total = 0;
      for (std::int64_t lane = 0; lane < kLanes; ++lane) total += sum[lane];
      products[row] = total;
    }
  }

  struct GradientScratch {
    S *transposed_keys, *keys, *transposed_values, *key_gradient, *value_gradient, *weights, *slopes, *kept, *row;

    GradientScratch(const Problem& p, void* scratch) {
      const std::int64_t width = p.block_keys();
      transposed_keys = static_cast<S*>(scratch);
      keys = transposed_keys + width * p.H;
      transposed_values = keys + width * Problem::padded(p.H);
      key_gradient = transposed_values + width * p.E;
      value_gradient = key_gradient + width * Problem::padded(p.H);
      weights = value_gradient + width * Problem::padded(p.E);
      slopes = weights + Problem::kRows * width;
      kept = slopes + Problem::kRows * width;
      row = kept + Problem::kRows * width;
    }
  };

  static void gradient(const Problem& p, const Run& run, std::int64_t part, void* scratch) {
    const std::int64_t head = part / p.key_parts, share = part % p.key_parts, group = p.N / p.K;
    const std::int64_t b = head / p.K, k = head % p.K, padded_h = Problem::padded(p.H), padded_e = Problem::padded(p.E);
    const std::int64_t width = p.block_keys();
    const GradientScratch to(p, scratch);
    S* query_gradients = static_cast<S*>(run.query_gradients) + share * p.queries_size();
    for (std::int64_t n = k * group; n < (k + 1) * group; ++n)
      fill(query_gradients + (b * p.N + n) * p.T * padded_h, p.T * padded_h, 0);
    const std::int64_t begin = p.key_blocks() * share / p.key_parts, end = p.key_blocks() * (share + 1) / p.key_parts;
    for (std::int64_t block = begin; block < end; ++block) {
      const std::int64_t first = block * width, keys = smaller(width, p.S - first);
      const std::int64_t at = (b * p.S + first) * p.K + k;
      const T* key = static_cast<const T*>(run.key) + at * p.H;
      transpose(key, p.K * p.H, keys, p.H, width, static_cast<S>(p.scale), to.transposed_keys);
      for (std::int64_t s = 0; s < keys; ++s) widen(key + s * p.K * p.H, p.H, padded_h, 1, to.keys + s * padded_h);
      transpose(static_cast<const T*>(run.value) + at * p.E, p.K * p.E, keys, p.E, width, 1, to.transposed_values);
      fill(to.key_gradient, keys * padded_h, 0);
      fill(to.value_gradient, keys * padded_e, 0);
      for (std::int64_t n = k * group; n < (k + 1) * group; ++n)
        for (std::int64_t t = 0; t < p.T; t += Problem::kRows)
          add_block(p, run, {b, n, t, first, keys}, to, query_gradients);
      for (std::int64_t s = 0; s < keys; ++s) {
        narrow(to.key_gradient + s * padded_h, p.H, static_cast<S>(p.scale),
               static_cast<T*>(run.key_gradient) + (at + s * p.K) * p.H);
        narrow(to.value_gradient + s * padded_e, p.E, 1, static_cast<T*>(run.value_gradient) + (at + s * p.K) * p.E);
      }
    }
  }

  /// With weights w, what dropout multiplies them with z, u = z g v^T and d = sum(g y): gv += (w z)^T g, and with the
  /// scores' slopes ds = w (u - d): gq += ds k, gk += ds^T q.
  static void add_block(const Problem& p, const Run& run, const Place& block, const GradientScratch& to,
                        S* query_gradients) {
    const std::int64_t head = block.b * p.N + block.n, rows = smaller(Problem::kRows, p.T - block.t);
    const std::int64_t width = p.block_keys(), used = Problem::padded(block.keys), at = head * p.T + block.t;
    const std::int64_t padded_h = Problem::padded(p.H), padded_e = Problem::padded(p.E);
    const S* statistics = static_cast<const S*>(run.statistics) + at;
    const S unseen = static_cast<S>(-ops::kUnseen / 2);
    if (is_out_of_sight(p, block.t, rows, block.first, block.keys)) {
      bool all_see = true;
      for (std::int64_t r = 0; r < rows; ++r) all_see = all_see && statistics[r] > unseen;
      if (all_see) return;
    }
    const S* q = static_cast<const S*>(run.packed_queries) + at * padded_h;
    const S* g = static_cast<const S*>(run.packed_gradients) + at * padded_e;
    const S* products = static_cast<const S*>(run.products) + head * Problem::padded(p.T) + block.t;
    product(rows, used, p.H, q, padded_h, 1, to.transposed_keys, width, to.weights, width, false);
    product(rows, used, p.E, g, padded_e, 1, to.transposed_values, width, to.slopes, width, false);
    for (std::int64_t r = 0; r < rows; ++r) {
      Place place = block;
      place.t += r;
      S *weights = to.weights + r * width, *slopes = to.slopes + r * width, *kept_row = to.kept + r * width;
      finish_scores(p, run, place, used, weights, p.soft_cap > 0 ? to.row : nullptr);
      const bool sees = statistics[r] > unseen;
      if (sees) {
        exponentials(weights, used, statistics[r]);
      } else {
        fill(weights, block.keys, 1 / static_cast<S>(p.S));
        fill(weights + block.keys, used - block.keys, 0);
      }
      if (p.dropout > 0) {
        kept(p, run, place, used, kept_row);
        multiply(slopes, kept_row, used);
      }
      const Value d = W::broadcast(products[r]);
      for (std::int64_t s = 0; s < used; s += kLanes) {
        Value slope = sees ? W::load(weights + s) * (W::load(slopes + s) - d) : Value{};
        if (p.soft_cap > 0) slope *= W::load(to.row + s);
        W::store(slopes + s, slope);
      }
      if (p.dropout > 0) multiply(weights, kept_row, used);
    }
    product(block.keys, padded_e, rows, to.weights, 1, width, g, padded_e, to.value_gradient, padded_e, true);
    product(block.keys, padded_h, rows, to.slopes, 1, width, q, padded_h, to.key_gradient, padded_h, true);
    product(rows, padded_h, block.keys, to.slopes, width, 1, to.keys, padded_h, query_gradients + at * padded_h,
            padded_h, true);
  }

  static void join(const Problem& p, const Run& run, std::int64_t part, void*) {
    const std::int64_t head = part / p.row_blocks(), t = part % p.row_blocks() * Problem::kRows;
    const std::int64_t b = head / p.N, n = head % p.N, end = smaller(t + Problem::kRows, p.T);
    const std::int64_t padded = Problem::padded(p.H);
    for (std::int64_t row = t; row < end; ++row) {
      S* sum = static_cast<S*>(run.query_gradients) + (head * p.T + row) * padded;
      for (std::int64_t share = 1; share < p.key_parts; ++share) {
        const S* more = sum + share * p.queries_size();
        for (std::int64_t h = 0; h < padded; h += kLanes) W::store(sum + h, W::load(sum + h) + W::load(more + h));
      }
      narrow(sum, p.H, static_cast<S>(p.scale),
             static_cast<T*>(run.query_gradient) + ((b * p.T + row) * p.N + n) * p.H);
    }
  }

  static AttentionLoops loops() { return {pack_keys, forward, pack_queries, gradient, join}; }
};

template <InstructionSet set>
AttentionLoops attention_loops_for(DType dtype) {
  constexpr int F = static_cast<int>(set);
  switch (dtype) {
    case DType::Float64:
      return AttentionBody<double, F>::loops();
    case DType::Float16:
      return AttentionBody<float16, F>::loops();
    case DType::BFloat16:
      return AttentionBody<bfloat16, F>::loops();
    default:
      return AttentionBody<float, F>::loops();
  }
}

}  // namespace kerascpp::cpu
