#pragma once

/// Everything for users of kerascpp: models, layers, training, files, and the symbolic level below.

#include <kerascpp/activations.hpp>
#include <kerascpp/applications.hpp>
#include <kerascpp/backend.hpp>
#include <kerascpp/callbacks.hpp>
#include <kerascpp/constraints.hpp>
#include <kerascpp/core/configuration.hpp>
#include <kerascpp/core/random.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/data/dataset.hpp>
#include <kerascpp/datasets.hpp>
#include <kerascpp/initializers.hpp>
#include <kerascpp/layers.hpp>
#include <kerascpp/losses.hpp>
#include <kerascpp/metrics.hpp>
#include <kerascpp/models/clone_model.hpp>
#include <kerascpp/models/model.hpp>
#include <kerascpp/models/model_base.hpp>
#include <kerascpp/ops.hpp>
#include <kerascpp/optimizers.hpp>
#include <kerascpp/preprocessing/text.hpp>
#include <kerascpp/random.hpp>
#include <kerascpp/regularizers.hpp>
#include <kerascpp/saving/saving.hpp>
#include <kerascpp/schedules.hpp>
#include <kerascpp/sparse.hpp>
#include <kerascpp/utils/get_file.hpp>
#include <kerascpp/utils/numerical.hpp>
#include <kerascpp/utils/plot_confusion_matrix.hpp>
#include <kerascpp/utils/plot_history.hpp>
#include <kerascpp/utils/plot_model.hpp>
#include <kerascpp/utils/py_dataset.hpp>
#include <kerascpp/utils/splitting.hpp>
