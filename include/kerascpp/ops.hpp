#pragma once

// Every operation of `keras.ops`, on symbols and on tensors.
#include <kerascpp/ops/accumulations.hpp>
#include <kerascpp/ops/activations.hpp>
#include <kerascpp/ops/attention.hpp>
#include <kerascpp/ops/axes.hpp>
#include <kerascpp/ops/classes.hpp>
#include <kerascpp/ops/convolution.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/ops/losses.hpp>
#include <kerascpp/ops/normalization.hpp>
#include <kerascpp/ops/numeric.hpp>
#include <kerascpp/ops/patches.hpp>
#include <kerascpp/ops/pooling.hpp>
#include <kerascpp/ops/random.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>
#include <kerascpp/ops/sizes.hpp>
#include <kerascpp/ops/slice_range.hpp>
#include <kerascpp/ops/softmax.hpp>
#include <kerascpp/ops/sorting.hpp>
#include <kerascpp/ops/statistics.hpp>
