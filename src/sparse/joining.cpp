#include <kerascpp/core/error.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/sparse/ops.hpp>

#include "sparse/compressed.hpp"

// Several matrices in one.

namespace kerascpp::sparse {
namespace {

/// Matrices of `format`, one after the other along its major axis.
SparseSymbol along_major(Format format, std::vector<SparseSymbol> blocks, std::optional<DType> dtype,
                         std::string_view what) {
  KCPP_CHECK(!blocks.empty(), ValueError, "[", what, "] expected at least one matrix");
  std::vector<Operand> all_data;
  for (SparseSymbol& block : blocks) {
    block = format == Format::CSR ? to_csr(block) : to_csc(block);
    all_data.emplace_back(block.data());
  }
  const DType type = dtype.value_or(result_type(all_data));
  std::vector<Symbol> data, indices, indptr{blocks.front().indptr()};
  Symbol major = major_size(blocks.front()), like = like_minor(blocks.front());
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const SparseSymbol& block = blocks[i];
    data.push_back(ops::cast(block.data(), type));
    indices.push_back(block.indices());
    if (i == 0) continue;
    const std::int64_t known = known_size(minor_size(blocks.front())), other = known_size(minor_size(block));
    KCPP_CHECK(known == None || other == None || known == other, ShapeError, "[", what, "] matrices of shapes ",
               blocks.front().shape(), " and ", block.shape(), " do not fit");
    like = same_length(like, like_minor(block));
    major = major + major_size(block);
    indptr.push_back(ops::get_item(block.indptr(), Slice(1)) + ops::get_item(indptr.back(), -1));
  }
  return compressed(format, ops::concatenate(data), ops::concatenate(indices), ops::concatenate(indptr), major,
                    ops::axis_size(like, 0));
}

SparseSymbol in(Format format, const SparseSymbol& x) { return format == Format::CSR ? to_csr(x) : to_csc(x); }

}  // namespace

SparseSymbol vstack(const std::vector<SparseSymbol>& blocks, const StackOptions& options) {
  return in(options.format, along_major(Format::CSR, blocks, options.dtype, "vstack"));
}

SparseSymbol hstack(const std::vector<SparseSymbol>& blocks, const StackOptions& options) {
  return in(options.format, along_major(Format::CSC, blocks, options.dtype, "hstack"));
}

}  // namespace kerascpp::sparse
