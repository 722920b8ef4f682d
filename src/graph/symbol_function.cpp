#include <kerascpp/graph/symbol_function.hpp>

#include <kerascpp/core/error.hpp>

namespace kerascpp {

void throw_wrong_symbol_count(std::size_t received) {
  throw ValueError(text_of("the body does not take ", received,
                           " symbols; those of a scan are items of sequences, earlier outputs and non_sequences, one "
                           "for each tap"));
}

}  // namespace kerascpp
