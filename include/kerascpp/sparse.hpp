#pragma once

#include <kerascpp/sparse/function.hpp>
#include <kerascpp/sparse/ops.hpp>
#include <kerascpp/sparse/structured.hpp>
#include <kerascpp/sparse/symbol.hpp>
#include <kerascpp/sparse/tensor.hpp>

/// Sparse matrices compressed by rows or columns, under the names of theano.sparse.
