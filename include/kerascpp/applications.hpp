#pragma once

/// Models for images in namespace kerascpp::applications, by their Keras names; each Keras module (`vgg16`,
/// `inception_v3`, ...) is a namespace that also has its `preprocess_input` and `decode_predictions`.
///
///   auto model = applications::ResNet50();                                      // pretrained on ImageNet
///   auto features = applications::VGG16({.include_top = false, .pooling = "avg"});
///   auto fresh = applications::MobileNetV2({.weights = "none", .input_shape = {96, 96, 3}, .classes = 10});
///   auto scores = model.predict(applications::resnet::preprocess_input(images));
///
/// In every struct of options:
///
/// include_top            whether the classifier at the end is there
/// weights                "imagenet": downloaded once into the cache (see utils::get_file); "none" or "": initialized;
///                        else the path of a .weights.h5, .h5 or .keras file
/// input_tensor           a symbol to use as input, as it comes from layers
/// input_shape            without the batch axis; empty: the size that the model was designed for with its top, sizes
///                        not known (None) without it
/// pooling                without top: "avg" or "max" over height and width, "" for neither
/// classes                outputs of the classifier; with weights "imagenet" 1000
/// classifier_activation  of the classifier; {} for logits; with weights "softmax" or {}
///
/// Layer names, parameter counts and the order of weights are Keras's. Every factory throws ValueError for arguments
/// that do not go together, IoError when weights cannot be had, FormatError when they do not fit.

#include <kerascpp/applications/convnext.hpp>
#include <kerascpp/applications/densenet.hpp>
#include <kerascpp/applications/efficientnet.hpp>
#include <kerascpp/applications/imagenet_utils.hpp>
#include <kerascpp/applications/inception.hpp>
#include <kerascpp/applications/mobilenet.hpp>
#include <kerascpp/applications/nasnet.hpp>
#include <kerascpp/applications/resnet.hpp>
#include <kerascpp/applications/vgg.hpp>
#include <kerascpp/applications/xception.hpp>
