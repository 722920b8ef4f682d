#include <algorithm>
#include <map>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/linear_algebra.hpp>

#include "ops/contraction.hpp"

namespace kerascpp::ops {
namespace {

// The axes that "..." stands for are numbered from the back, so that operands of different ranks line up.
constexpr int kEllipsisLabel = 1000;

struct Term {
  std::vector<int> labels;  // the characters; one kEllipsisLabel stands for the ellipsis
};

struct Subscripts {
  std::vector<Term> operands;
  Term result;
  bool has_result = false;
};

Term parse_term(std::string_view subscripts, std::string_view text) {
  Term term;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ' ') continue;
    if (text.substr(i, 3) == "...") {
      KCPP_CHECK(std::find(term.labels.begin(), term.labels.end(), kEllipsisLabel) == term.labels.end(), ValueError,
                 "[einsum] more than one ellipsis in a term of \"", subscripts, "\"");
      term.labels.push_back(kEllipsisLabel);
      i += 2;
      continue;
    }
    KCPP_CHECK((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'), ValueError, "[einsum] expected letters, received '", c,
               "' in \"", subscripts, "\"");
    term.labels.push_back(c);
  }
  return term;
}

Subscripts parse(std::string_view subscripts) {
  Subscripts parsed;
  std::string_view left = subscripts;
  if (const std::size_t arrow = subscripts.find("->"); arrow != std::string_view::npos) {
    left = subscripts.substr(0, arrow);
    parsed.result = parse_term(subscripts, subscripts.substr(arrow + 2));
    parsed.has_result = true;
  }
  for (;;) {
    const std::size_t comma = left.find(',');
    parsed.operands.push_back(parse_term(subscripts, left.substr(0, comma)));
    if (comma == std::string_view::npos) return parsed;
    left.remove_prefix(comma + 1);
  }
}

// Labels for every axis, the ellipsis spread over `ellipsis_axes` labels.
std::vector<int> spread(const Term& term, int ellipsis_axes) {
  std::vector<int> labels;
  for (const int label : term.labels) {
    if (label != kEllipsisLabel)
      labels.push_back(label);
    else
      for (int i = ellipsis_axes; i > 0; --i) labels.push_back(kEllipsisLabel + i);
  }
  return labels;
}

int ellipsis_axes_of(const Term& term, const Symbol& operand, std::string_view subscripts) {
  const int letters = static_cast<int>(
      std::count_if(term.labels.begin(), term.labels.end(), [](int label) { return label != kEllipsisLabel; }));
  const bool ellipsis = letters != static_cast<int>(term.labels.size());
  KCPP_CHECK(ellipsis ? operand.ndim() >= letters : operand.ndim() == letters, ShapeError, "[einsum] \"", subscripts,
             "\" gives ", letters, ellipsis ? " letters and an ellipsis" : " letters", " to an operand of shape ",
             operand.shape());
  return operand.ndim() - letters;
}

// Without "->": the broadcast axes, then the letters that occur once, in alphabetical order.
std::vector<int> implicit_result(const std::vector<LabeledSymbol>& operands, int ellipsis_axes) {
  std::map<int, int> count;
  for (const LabeledSymbol& operand : operands)
    for (const int label : operand.labels) ++count[label];
  std::vector<int> labels = spread({{kEllipsisLabel}}, ellipsis_axes);
  for (const auto& [label, times] : count)
    if (label < kEllipsisLabel && times == 1) labels.push_back(label);
  return labels;
}

// Lets each label occur once, by taking diagonals.
LabeledSymbol without_repeats(LabeledSymbol x) {
  for (std::size_t i = 0; i < x.labels.size(); ++i)
    for (std::size_t j = i + 1; j < x.labels.size();) {
      if (x.labels[i] != x.labels[j]) {
        ++j;
        continue;
      }
      const int label = x.labels[i];
      x.value = diagonal(x.value, {.axis1 = static_cast<std::int64_t>(i), .axis2 = static_cast<std::int64_t>(j)});
      x.labels.erase(x.labels.begin() + static_cast<std::ptrdiff_t>(j));
      x.labels.erase(x.labels.begin() + static_cast<std::ptrdiff_t>(i));
      x.labels.push_back(label);
      i = 0;
      j = 1;
    }
  return x;
}

void check_lengths(const std::vector<LabeledSymbol>& operands, std::string_view subscripts) {
  std::map<int, std::int64_t> lengths;
  for (const LabeledSymbol& operand : operands)
    for (std::size_t i = 0; i < operand.labels.size(); ++i) {
      const std::int64_t length = operand.value.shape()[static_cast<std::int64_t>(i)];
      const int label = operand.labels[i];
      if (length == None || (label >= kEllipsisLabel && length == 1)) continue;
      const auto [known, added] = lengths.emplace(label, length);
      KCPP_CHECK(added || known->second == length, ShapeError, "[einsum] axis '",
                 label < kEllipsisLabel ? std::string(1, static_cast<char>(label)) : "...", "' of \"", subscripts,
                 "\" has lengths ", known->second, " and ", length);
    }
}

}  // namespace

Symbol einsum(std::string_view subscripts, const SymbolList& operands) {
  KCPP_CHECK(!operands.empty(), ValueError, "[einsum] expected operands for \"", subscripts, "\"");
  const SiteGuard guard(operands.site());
  const Subscripts parsed = parse(subscripts);
  KCPP_CHECK(parsed.operands.size() == operands.size(), ValueError, "[einsum] \"", subscripts, "\" is for ",
             parsed.operands.size(), " operands, received ", operands.size());
  DType dtype = operands[0].dtype();
  int ellipsis_axes = 0;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    dtype = result_type(dtype, operands[i].dtype());
    ellipsis_axes = std::max(ellipsis_axes, ellipsis_axes_of(parsed.operands[i], operands[i], subscripts));
  }
  std::vector<LabeledSymbol> labeled;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const int own = ellipsis_axes_of(parsed.operands[i], operands[i], subscripts);
    labeled.push_back({cast(operands[i], dtype), spread(parsed.operands[i], own)});
  }
  check_lengths(labeled, subscripts);

  const std::vector<int> result =
      parsed.has_result ? spread(parsed.result, ellipsis_axes) : implicit_result(labeled, ellipsis_axes);
  for (std::size_t i = 0; i < result.size(); ++i) {
    const bool known = std::any_of(labeled.begin(), labeled.end(), [&](const LabeledSymbol& operand) {
      return std::find(operand.labels.begin(), operand.labels.end(), result[i]) != operand.labels.end();
    });
    KCPP_CHECK(known && std::count(result.begin(), result.end(), result[i]) == 1, ValueError,
               "[einsum] each letter of the result must occur in an operand, and once in the result: \"", subscripts,
               "\"");
  }
  KCPP_CHECK(ellipsis_axes == 0 || !parsed.has_result ||
                 std::find(parsed.result.labels.begin(), parsed.result.labels.end(), kEllipsisLabel) !=
                     parsed.result.labels.end(),
             ValueError, "[einsum] the result of \"", subscripts, "\" lacks the ellipsis of the operands");

  LabeledSymbol product = without_repeats(labeled.front());
  for (std::size_t i = 1; i < labeled.size(); ++i) {
    // a label is summed with the last operand that has it
    std::vector<int> keep = result;
    for (std::size_t later = i + 1; later < labeled.size(); ++later)
      keep.insert(keep.end(), labeled[later].labels.begin(), labeled[later].labels.end());
    product = contract(product, without_repeats(labeled[i]), keep);
  }
  const DType sum_dtype = dtype == DType::Int8 && labeled.size() > 1 ? DType::Int32 : dtype;
  return cast(arrange(product, result), sum_dtype);
}

Tensor einsum(std::string_view subscripts, const TensorList& operands) {
  std::vector<Symbol> symbols;
  for (const Tensor& operand : operands) symbols.push_back(constant(operand));
  return compute_now(einsum(subscripts, SymbolList(symbols)));
}

}  // namespace kerascpp::ops
