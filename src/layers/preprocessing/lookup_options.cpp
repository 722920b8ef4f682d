#include "layers/preprocessing/lookup_options.hpp"

#include <kerascpp/core/error.hpp>

#include "layers/preprocessing/categories.hpp"

namespace kerascpp::layers {

template <class Token>
void check_lookup_options(typename LookupKind<Token>::Options& options) {
  using Kind = LookupKind<Token>;
  const char* const owner = Kind::kClassName;
  if (options.output_mode == "binary") options.output_mode = "multi_hot";  // the names in Keras 2
  if (options.output_mode == "tf-idf") options.output_mode = "tf_idf";
  check_output_mode(owner, options.output_mode, "int one_hot multi_hot count tf_idf");
  check_not_sparse(owner, options.sparse);
  KCPP_CHECK(!options.max_tokens || *options.max_tokens > 1, ValueError, "[", owner,
             "] max_tokens must be above 1, received ", *options.max_tokens);
  KCPP_CHECK(!options.pad_to_max_tokens || options.max_tokens, ValueError, "[", owner,
             "] pad_to_max_tokens needs max_tokens, received none");
  KCPP_CHECK(options.num_oov_indices >= 0, ValueError, "[", owner, "] num_oov_indices must be at least 0, received ",
             options.num_oov_indices);
  KCPP_CHECK(options.oov_method == "floormod" || options.oov_method == "farmhash", ValueError, "[", owner,
             "] oov_method must be \"floormod\" or \"farmhash\", received \"", options.oov_method, "\"");
  KCPP_CHECK(!options.invert || options.output_mode == "int", ValueError, "[", owner,
             "] invert goes with output_mode \"int\", received \"", options.output_mode, "\"");
  KCPP_CHECK(!options.invert || options.oov_token, ValueError, "[", owner,
             "] invert needs an oov_token, received none");
  if (!options.salt.empty()) {
    KCPP_CHECK(Kind::kStrings || options.oov_method == "farmhash", ValueError, "[", owner,
               "] salt goes with oov_method \"farmhash\", received \"", options.oov_method, "\"");
    options.salt = Sizes(options.salt.expand(2, owner, "salt"));
  }
  if constexpr (!Kind::kStrings)
    KCPP_CHECK(options.vocabulary_dtype == "int64", ValueError, "[", owner,
               "] vocabulary_dtype must be \"int64\", received \"", options.vocabulary_dtype, "\"");
}

template void check_lookup_options<std::string>(StringLookupOptions&);
template void check_lookup_options<std::int64_t>(IntegerLookupOptions&);

}  // namespace kerascpp::layers
