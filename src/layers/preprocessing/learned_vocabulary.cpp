#include "layers/preprocessing/learned_vocabulary.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>

namespace kerascpp::layers {

template <class Token>
LearnedVocabulary<Token> learn_vocabulary(const std::vector<std::vector<Token>>& documents,
                                          const std::vector<Token>& left_out) {
  struct Counts {
    std::int64_t all = 0, documents = 0;
    std::size_t last = 0;  // the document seen last, counted from 1
  };
  std::unordered_map<Token, Counts> counts;
  for (std::size_t document = 0; document < documents.size(); ++document)
    for (const Token& token : documents[document]) {
      Counts& seen = counts[token];
      ++seen.all;
      if (seen.last != document + 1) ++seen.documents;
      seen.last = document + 1;
    }
  for (const Token& token : left_out) counts.erase(token);

  std::vector<std::pair<Token, Counts>> sorted(counts.begin(), counts.end());
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return a.second.all != b.second.all ? a.second.all > b.second.all : a.first > b.first;
  });
  LearnedVocabulary<Token> learned;
  for (const auto& [token, seen] : sorted) {
    learned.tokens.push_back(token);
    const double share = static_cast<double>(documents.size()) / static_cast<double>(1 + seen.documents);
    learned.idf_weights.push_back(static_cast<float>(std::log(1 + share)));
  }
  return learned;
}

template LearnedVocabulary<std::string> learn_vocabulary(const std::vector<std::vector<std::string>>&,
                                                         const std::vector<std::string>&);
template LearnedVocabulary<std::int64_t> learn_vocabulary(const std::vector<std::vector<std::int64_t>>&,
                                                          const std::vector<std::int64_t>&);

}  // namespace kerascpp::layers
