#pragma once

/// All layers, in namespace kerascpp::layers.

#include <kerascpp/layers/activation.hpp>
#include <kerascpp/layers/application.hpp>
#include <kerascpp/layers/attention.hpp>
#include <kerascpp/layers/convolutional.hpp>
#include <kerascpp/layers/core.hpp>
#include <kerascpp/layers/image_augmentation.hpp>
#include <kerascpp/layers/image_preprocessing.hpp>
#include <kerascpp/layers/input.hpp>
#include <kerascpp/layers/layer.hpp>
#include <kerascpp/layers/legacy.hpp>
#include <kerascpp/layers/lookup.hpp>
#include <kerascpp/layers/merging.hpp>
#include <kerascpp/layers/normalization.hpp>
#include <kerascpp/layers/pooling.hpp>
#include <kerascpp/layers/preprocessing.hpp>
#include <kerascpp/layers/recurrent.hpp>
#include <kerascpp/layers/regularization.hpp>
#include <kerascpp/layers/reshaping.hpp>
#include <kerascpp/layers/spectrograms.hpp>
