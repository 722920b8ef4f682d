#include "saving/cpp/texts.hpp"

// The recurrent operators, loops and branches of an exported model.
namespace kerascpp::cpp {

const char* const kLoops = R"cpp(
  /// A function of recurrent cells by its name.
  template <class T>
  std::function<T(T)> activation(const std::string& name, T alpha, T beta) {
    if (name == "Tanh") return [](T x) { return std::tanh(x); };
    if (name == "Sigmoid") return [](T x) { return logistic(x); };
    if (name == "Relu") return [](T x) { return x < 0 ? T(0) : x; };
    if (name == "HardSigmoid") return [alpha, beta](T x) { return std::min(std::max(alpha * x + beta, T(0)), T(1)); };
    if (name == "Softsign") return [](T x) { return x / (1 + std::fabs(x)); };
    if (name == "Softplus") return [](T x) { return std::max(x, T(0)) + std::log1p(std::exp(-std::fabs(x))); };
    if (name == "Elu") return [alpha](T x) { return x < 0 ? alpha * std::expm1(x) : x; };
    if (name == "Affine") return [alpha, beta](T x) { return alpha * x + beta; };
    fail("no activation is called " + name);
  }
  template <class T>
  std::vector<std::function<T(T)>> activations(const Attributes& a) {
    const auto numbers = [&](const char* name) {
      const auto found = a.find(name);
      return found == a.end() ? std::vector<float>{} : found->second.reals;
    };
    const std::vector<float> alpha = numbers("activation_alpha"), beta = numbers("activation_beta");
    std::size_t next_alpha = 0, next_beta = 0;
    std::vector<std::function<T(T)>> list;
    for (const std::string& name : a.at("activations").texts) {
      const bool takes_alpha = name == "HardSigmoid" || name == "Elu" || name == "Affine",
                 takes_beta = name == "HardSigmoid" || name == "Affine";
      list.push_back(activation<T>(name, takes_alpha ? static_cast<T>(alpha.at(next_alpha++)) : T(0),
                                   takes_beta ? static_cast<T>(beta.at(next_beta++)) : T(0)));
    }
    return list;
  }

  /// x (T, B, C), W (1, gates U, C), R (1, gates U, U), b (1, 2 gates U), states (1, B, U)
  template <class Step>
  Arrays recurrent(const Inputs& in, const Attributes& a, std::int64_t gates, std::size_t states, Step step) {
    const Array& x = *in[0];
    const std::int64_t time = x.shape[0], batch = x.shape[1], channels = x.shape[2], units = in[2]->shape[2],
                       width = gates * units;
    const bool backwards = text(a, "direction", "forward") == "reverse";
    Array y = make(x.type, {time, 1, batch, units});
    Arrays kept;
    for (std::size_t i = 0; i < states; ++i)
      kept.push_back(has(in, 5 + i) ? *in[5 + i] : make(x.type, {1, batch, units}));
    const Array w = transposed(*in[1], {0, 2, 1}), r = transposed(*in[2], {0, 2, 1});
    visit(y, [&](auto& out) {
      using T = typename std::decay_t<decltype(out)>::value_type;
      const auto functions = activations<T>(a);
      std::vector<T> bias(static_cast<std::size_t>(2 * width), T(0));
      if (has(in, 3)) bias = elements<T>(*in[3]);
      std::vector<T> from_input(static_cast<std::size_t>(batch * width)), from_state(from_input.size());
      for (std::int64_t t = 0; t < time; ++t) {
        const std::int64_t at = backwards ? time - 1 - t : t;
        for (std::int64_t b = 0; b < batch; ++b) {
          std::copy_n(bias.begin(), width, from_input.begin() + b * width);
          std::copy_n(bias.begin() + width, width, from_state.begin() + b * width);
        }
        multiply(elements<T>(x).data() + at * batch * channels, elements<T>(w).data(), from_input.data(), batch,
                 channels, width);
        visit(kept[0], [&](auto& h) {
          if constexpr (std::is_same_v<T, typename std::decay_t<decltype(h)>::value_type>)
            multiply(h.data(), elements<T>(r).data(), from_state.data(), batch, units, width);
        });
        std::vector<T*> states_now;
        for (Array& state : kept)
          visit(state, [&](auto& values) {
            if constexpr (std::is_same_v<T, typename std::decay_t<decltype(values)>::value_type>)
              states_now.push_back(values.data());
          });
        for (std::int64_t b = 0; b < batch; ++b) {
          std::vector<T*> own;
          for (T* state : states_now) own.push_back(state + b * units);
          step(from_input.data() + b * width, from_state.data() + b * width, own, units, functions,
               elements<T>(r).data(), bias.data() + width);
        }
        for (Array& state : kept) finish(state);
        std::copy_n(elements<T>(kept[0]).begin(), batch * units, out.begin() + at * batch * units);
      }
    });
    Arrays results;
    results.push_back(std::move(y));
    for (Array& state : kept) results.push_back(std::move(state));
    return results;
  }

  Arrays LSTM(const Inputs& in, const Attributes& a) {
    return recurrent(
        in, a, 4, 2, [](auto* x, auto* h, const auto& states, std::int64_t units, const auto& f, auto*, auto*) {
          for (std::int64_t u = 0; u < units; ++u) {
            const auto gate = [&](std::int64_t g) { return x[g * units + u] + h[g * units + u]; };  // i o f c
            const auto c = f[0](gate(2)) * states[1][u] + f[0](gate(0)) * f[1](gate(3));
            states[1][u] = c;
            states[0][u] = f[0](gate(1)) * f[2](c);
          }
        });
  }
  Arrays GRU(const Inputs& in, const Attributes& a) {
    const bool after = integer(a, "linear_before_reset", 0) != 0;
    return recurrent(
        in, a, 3, 1,
        [after](auto* x, auto* h, const auto& states, std::int64_t units, const auto& f, auto* r, auto* bias) {
          using T = std::decay_t<decltype(*x)>;
          std::vector<T> z(static_cast<std::size_t>(units)), reset(z), inner(z);
          for (std::int64_t u = 0; u < units; ++u) {
            z[static_cast<std::size_t>(u)] = f[0](x[u] + h[u]);
            reset[static_cast<std::size_t>(u)] = f[0](x[units + u] + h[units + u]);
          }
          for (std::int64_t u = 0; u < units; ++u) {
            if (after) {
              inner[static_cast<std::size_t>(u)] = reset[static_cast<std::size_t>(u)] * h[2 * units + u];
              continue;
            }
            T total = bias[2 * units + u];
            for (std::int64_t k = 0; k < units; ++k)
              total += reset[static_cast<std::size_t>(k)] * states[0][k] * r[k * 3 * units + 2 * units + u];
            inner[static_cast<std::size_t>(u)] = total;
          }
          for (std::int64_t u = 0; u < units; ++u) {
            const T candidate = f[1](x[2 * units + u] + inner[static_cast<std::size_t>(u)]),
                    keep = z[static_cast<std::size_t>(u)];
            states[0][u] = keep * states[0][u] + (1 - keep) * candidate;
          }
        });
  }
  Arrays RNN(const Inputs& in, const Attributes& a) {
    return recurrent(in, a, 1, 1,
                     [](auto* x, auto* h, const auto& states, std::int64_t units, const auto& f, auto*, auto*) {
                       for (std::int64_t u = 0; u < units; ++u) states[0][u] = f[0](x[u] + h[u]);
                     });
  }

  Inputs addresses(const Arrays& arrays) {
    Inputs list;
    for (const Array& a : arrays) list.push_back(&a);
    return list;
  }

  /// Item i along an axis, without that axis.
  Array item(const Array& x, std::size_t axis, std::int64_t i) {
    Array y = taken(x, axis, i, 1, 1);
    y.shape.erase(y.shape.begin() + static_cast<std::ptrdiff_t>(axis));
    return y;
  }
  /// The items of all steps along an axis.
  Array stacked(Arrays& items, std::int64_t axis, bool backwards) {
    if (backwards) std::reverse(items.begin(), items.end());
    if (items.empty()) fail("a loop without steps stacks nothing");
    const std::size_t at = axis_of(axis, items[0].shape.size() + 1);
    for (Array& a : items) a.shape.insert(a.shape.begin() + static_cast<std::ptrdiff_t>(at), 1);
    return joined(addresses(items), at);
  }

  Arrays Scan(const Inputs& in, const Attributes& a) {
    const auto sequences = static_cast<std::size_t>(integer(a, "num_scan_inputs", 0)), states = in.size() - sequences;
    const std::vector<std::int64_t> from = integers(a, "scan_input_directions"),
                                    to = integers(a, "scan_output_directions"),
                                    in_axes = integers(a, "scan_input_axes"),
                                    out_axes = integers(a, "scan_output_axes");
    const auto at = [](const std::vector<std::int64_t>& list, std::size_t i) { return i < list.size() ? list[i] : 0; };
    Arrays carried;
    for (std::size_t i = 0; i < states; ++i) carried.push_back(*in[i]);
    const auto axis = [&](std::size_t k) { return axis_of(at(in_axes, k), in[states + k]->shape.size()); };
    const std::int64_t steps = in[states]->shape[axis(0)];
    std::vector<Arrays> stacks;
    for (std::int64_t t = 0; t < steps; ++t) {
      Arrays given = std::move(carried);
      for (std::size_t k = 0; k < sequences; ++k)
        given.push_back(item(*in[states + k], axis(k), at(from, k) != 0 ? steps - 1 - t : t));
      Arrays results = a.at("body").body(addresses(given));
      stacks.resize(results.size() - states);
      for (std::size_t k = states; k < results.size(); ++k) stacks[k - states].push_back(std::move(results[k]));
      results.resize(states);
      carried = std::move(results);
    }
    for (std::size_t k = 0; k < stacks.size(); ++k)
      carried.push_back(stacked(stacks[k], at(out_axes, k), at(to, k) != 0));
    return carried;
  }

  Arrays Loop(const Inputs& in, const Attributes& a) {
    const std::int64_t most = has(in, 0) ? in[0]->integers.at(0) : std::numeric_limits<std::int64_t>::max();
    bool goes_on = !has(in, 1) || in[1]->integers.at(0) != 0;
    Arrays carried;
    for (std::size_t i = 2; i < in.size(); ++i) carried.push_back(*in[i]);
    const std::size_t states = carried.size();
    std::vector<Arrays> stacks;
    for (std::int64_t t = 0; t < most && goes_on; ++t) {
      Arrays given;
      given.push_back(Array(Shape{}, std::vector<std::int64_t>{t}));
      given.push_back(make(Type::Bool, {}));
      given.back().integers[0] = 1;
      for (Array& state : carried) given.push_back(std::move(state));
      Arrays results = a.at("body").body(addresses(given));
      goes_on = results[0].integers.at(0) != 0;
      carried.assign(std::make_move_iterator(results.begin() + 1),
                     std::make_move_iterator(results.begin() + 1 + static_cast<std::ptrdiff_t>(states)));
      stacks.resize(results.size() - 1 - states);
      for (std::size_t k = 0; k < stacks.size(); ++k) stacks[k].push_back(std::move(results[1 + states + k]));
    }
    for (Arrays& stack : stacks) carried.push_back(stacked(stack, 0, false));
    return carried;
  }

  Arrays If(const Inputs& in, const Attributes& a) {
    return a.at(in[0]->integers.at(0) != 0 ? "then_branch" : "else_branch").body({});
  }
)cpp";

}  // namespace kerascpp::cpp
