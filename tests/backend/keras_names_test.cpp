// The functions of Keras's backend under their names, against Keras's own results.

#include <map>
#include <set>
#include <sstream>

#include <kerascpp/kerascpp.hpp>

#include "support/catch.hpp"
#include "support/function_fixtures.hpp"
#include "support/message_of.hpp"

namespace kerascpp::test {
namespace {

using Inputs = std::vector<Symbol>;
using Outputs = std::vector<Symbol>;
using Use = Outputs (*)(const Inputs& in);

Outputs with_log_prob(const K::CtcDecodedPaths& paths) {
  Outputs outputs = paths.decoded;
  outputs.push_back(paths.log_prob);
  return outputs;
}

Outputs parts(const K::NormalizedInTraining& n) { return {n.normalized, n.mean, n.variance}; }

const std::string kFirst = "channels_first";

/// By the name of the case in scripts/fixtures/function_backend.py.
const std::map<std::string, Use>& uses() {
  static const std::map<std::string, Use> all = {
      {"batch_flatten", [](const Inputs& in) { return Outputs{K::batch_flatten(in[0])}; }},
      {"flatten", [](const Inputs& in) { return Outputs{K::flatten(in[0])}; }},
      {"reverse",
       [](const Inputs& in) {
         return Outputs{K::reverse(in[0], {0, 2})};
       }},
      {"repeat", [](const Inputs& in) { return Outputs{K::repeat(in[0], 4)}; }},
      {"repeat_elements", [](const Inputs& in) { return Outputs{K::repeat_elements(in[0], 3, 1)}; }},
      {"gather", [](const Inputs& in) { return Outputs{K::gather(in[0], in[1])}; }},
      {"l2_normalize", [](const Inputs& in) { return Outputs{K::l2_normalize(in[0], 1)}; }},
      {"l2_normalize_all", [](const Inputs& in) { return Outputs{K::l2_normalize(in[0])}; }},
      {"permute_dimensions",
       [](const Inputs& in) {
         return Outputs{K::permute_dimensions(in[0], {2, 0, 1})};
       }},
      {"pow", [](const Inputs& in) { return Outputs{K::pow(in[0], 2.5)}; }},
      {"switch_places", [](const Inputs& in) { return Outputs{K::switch_(in[0], in[1], in[2])}; }},
      {"switch_scalar", [](const Inputs& in) { return Outputs{K::switch_(in[0], in[1], in[2])}; }},
      {"in_top_k", [](const Inputs& in) { return Outputs{K::in_top_k(in[0], in[1], 2)}; }},
      {"bias_add", [](const Inputs& in) { return Outputs{K::bias_add(in[0], in[1])}; }},
      {"bias_add_first", [](const Inputs& in) { return Outputs{K::bias_add(in[0], in[1], kFirst)}; }},
      {"bias_add_whole", [](const Inputs& in) { return Outputs{K::bias_add(in[0], in[1])}; }},
      {"bias_add_whole_first", [](const Inputs& in) { return Outputs{K::bias_add(in[0], in[1], kFirst)}; }},
      {"conv1d", [](const Inputs& in) { return Outputs{K::conv1d(in[0], in[1], {.strides = 2, .padding = "same"})}; }},
      {"conv1d_causal",
       [](const Inputs& in) { return Outputs{K::conv1d(in[0], in[1], {.padding = "causal", .dilation_rate = 2})}; }},
      {"conv2d", [](const Inputs& in) { return Outputs{K::conv2d(in[0], in[1])}; }},
      {"conv2d_options",
       [](const Inputs& in) {
         return Outputs{K::conv2d(in[0], in[1], {.strides = {2, 1}, .padding = "same", .data_format = kFirst})};
       }},
      {"conv2d_dilated", [](const Inputs& in) { return Outputs{K::conv2d(in[0], in[1], {.dilation_rate = 2})}; }},
      {"conv3d", [](const Inputs& in) { return Outputs{K::conv3d(in[0], in[1])}; }},
      {"conv2d_transpose",
       [](const Inputs& in) {
         return Outputs{K::conv2d_transpose(in[0], in[1], {2, 8, 6, 4}, {.strides = 2, .padding = "same"})};
       }},
      {"conv2d_transpose_odd",
       [](const Inputs& in) {
         return Outputs{K::conv2d_transpose(in[0], in[1], {2, 7, 5, 4}, {.strides = 2, .padding = "same"})};
       }},
      {"conv2d_transpose_valid",
       [](const Inputs& in) {
         return Outputs{K::conv2d_transpose(in[0], in[1], {None, 10, 7, 4}, {.strides = 2})};
       }},
      {"conv3d_transpose",
       [](const Inputs& in) {
         return Outputs{K::conv3d_transpose(in[0], in[1], {2, 6, 4, 6, 3}, {.strides = 2, .padding = "same"})};
       }},
      {"depthwise_conv2d",
       [](const Inputs& in) { return Outputs{K::depthwise_conv2d(in[0], in[1], {.padding = "same"})}; }},
      {"separable_conv1d",
       [](const Inputs& in) { return Outputs{K::separable_conv1d(in[0], in[1], in[2], {.strides = 2})}; }},
      {"separable_conv2d", [](const Inputs& in) { return Outputs{K::separable_conv2d(in[0], in[1], in[2])}; }},
      {"local_conv1d", [](const Inputs& in) { return Outputs{K::local_conv1d(in[0], in[1], 3, 2)}; }},
      {"local_conv1d_first", [](const Inputs& in) { return Outputs{K::local_conv1d(in[0], in[1], 3, 2, kFirst)}; }},
      {"local_conv2d",
       [](const Inputs& in) {
         return Outputs{K::local_conv2d(in[0], in[1], 2, {2, 1}, {2, 3})};
       }},
      {"local_conv2d_first",
       [](const Inputs& in) {
         return Outputs{K::local_conv2d(in[0], in[1], 2, {2, 1}, {2, 3}, kFirst)};
       }},
      {"pool2d",
       [](const Inputs& in) {
         return Outputs{K::pool2d(in[0], {2, 3})};
       }},
      {"pool2d_average",
       [](const Inputs& in) {
         return Outputs{K::pool2d(in[0], {2, 3}, {.strides = 2, .padding = "same", .pool_mode = "avg"})};
       }},
      {"pool3d",
       [](const Inputs& in) {
         return Outputs{K::pool3d(in[0], {2, 2, 3}, {.strides = {2, 1, 2}})};
       }},
      {"temporal_padding",
       [](const Inputs& in) {
         return Outputs{K::temporal_padding(in[0], {2, 1})};
       }},
      {"spatial_2d_padding",
       [](const Inputs& in) {
         return Outputs{K::spatial_2d_padding(in[0], {{{1, 0}, {2, 3}}})};
       }},
      {"spatial_2d_padding_first",
       [](const Inputs& in) {
         return Outputs{K::spatial_2d_padding(in[0], {{{1, 1}, {1, 1}}}, kFirst)};
       }},
      {"spatial_3d_padding",
       [](const Inputs& in) {
         return Outputs{K::spatial_3d_padding(in[0], {{{1, 0}, {2, 3}, {0, 1}}})};
       }},
      {"resize_images", [](const Inputs& in) { return Outputs{K::resize_images(in[0], 2, 3, "channels_last")}; }},
      {"resize_images_bilinear",
       [](const Inputs& in) { return Outputs{K::resize_images(in[0], 3, 2, kFirst, "bilinear")}; }},
      {"resize_volumes", [](const Inputs& in) { return Outputs{K::resize_volumes(in[0], 2, 3, 1, "channels_last")}; }},
      {"resize_volumes_first", [](const Inputs& in) { return Outputs{K::resize_volumes(in[0], 2, 3, 1, kFirst)}; }},
      {"binary_focal_crossentropy",
       [](const Inputs& in) { return Outputs{K::binary_focal_crossentropy(in[0], in[1])}; }},
      {"binary_focal_crossentropy_balanced",
       [](const Inputs& in) { return Outputs{K::binary_focal_crossentropy(in[0], in[1], true, 0.3, 1.5, true)}; }},
      {"categorical_focal_crossentropy",
       [](const Inputs& in) { return Outputs{K::categorical_focal_crossentropy(in[0], in[1])}; }},
      {"categorical_focal_crossentropy_logits",
       [](const Inputs& in) { return Outputs{K::categorical_focal_crossentropy(in[0], in[1], 0.3, 1.5, true, 0)}; }},
      {"ctc_batch_cost", [](const Inputs& in) { return Outputs{K::ctc_batch_cost(in[0], in[1], in[2], in[3])}; }},
      {"ctc_decode_greedy", [](const Inputs& in) { return with_log_prob(K::ctc_decode(in[0], in[1])); }},
      {"ctc_decode_beams", [](const Inputs& in) { return with_log_prob(K::ctc_decode(in[0], in[1], false, 200, 3)); }},
      {"normalize_batch_in_training",
       [](const Inputs& in) {
         return parts(K::normalize_batch_in_training(in[0], in[1], in[2], {0, 1}));
       }},
      {"normalize_batch_in_training_middle",
       [](const Inputs& in) {
         return parts(K::normalize_batch_in_training(in[0], in[1], in[2], {0, 2}));
       }},
      {"logsumexp", [](const Inputs& in) { return Outputs{K::logsumexp(in[0], 1)}; }},
      {"convolve_full", [](const Inputs& in) { return Outputs{K::convolve(in[0], in[1], "full")}; }},
      {"convolve_same", [](const Inputs& in) { return Outputs{K::convolve(in[0], in[1], "same")}; }},
      {"convolve_valid", [](const Inputs& in) { return Outputs{K::convolve(in[0], in[1], "valid")}; }},
      {"convolve_valid_swapped", [](const Inputs& in) { return Outputs{K::convolve(in[0], in[1], "valid")}; }},
      {"signal_conv2d", [](const Inputs& in) { return Outputs{K::signal::conv2d(in[0], in[1])}; }},
      {"signal_conv2d_full",
       [](const Inputs& in) { return Outputs{K::signal::conv2d(in[0], in[1], {.border_mode = "full"})}; }},
      {"nnet_conv2d",
       [](const Inputs& in) {
         const Shape input{2, 3, 6, 5}, filters{4, 3, None, None};
         return Outputs{K::nnet::conv2d(in[0], in[1], {.input_shape = input, .filter_shape = filters})};
       }},
      {"nnet_conv2d_unflipped",
       [](const Inputs& in) {
         return Outputs{K::nnet::conv2d(in[0], in[1], {.border_mode = "full", .filter_flip = false})};
       }},
      {"nnet_conv2d_half",
       [](const Inputs& in) {
         return Outputs{K::nnet::conv2d(in[0], in[1], {.border_mode = "half", .subsample = 2})};
       }},
  };
  return all;
}

}  // namespace

TEST_CASE("functions of the backend compute what Keras's and SciPy's compute", "[backend][conformance]") {
  std::set<std::string> met;
  for (const Config& row : function_fixtures("backend").at("cases").as_list()) {
    const std::string name = row.at("name").as_string();
    INFO(name);
    met.insert(name);
    const auto use = uses().find(name);
    REQUIRE(use != uses().end());
    Inputs inputs;
    std::vector<Tensor> values;
    for (const Config& array : row.at("inputs").as_list()) {
      values.push_back(fixture_tensor(array));
      inputs.push_back(placeholder(values.back().shape(), values.back().dtype()));
    }
    const Function function(inputs, SymbolList(use->second(inputs)));
    const TensorList outputs = function(TensorList(values));
    const auto& expected = row.at("outputs").as_list();
    REQUIRE(outputs.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      INFO("output " << i);
      const Tensor wanted = fixture_tensor(expected[i]);
      check_close(outputs[i].astype(wanted.dtype()), wanted, 1e-5);
    }
  }
  for (const auto& use : uses()) {
    INFO(use.first << " has no fixture");
    CHECK(met.contains(use.first));
  }
}

// Each of them is used, so that it is there and can be called: those of keras/src/legacy/backend.py
TEST_CASE("every name of Keras's backend is there", "[backend]") {
  const std::set<std::string> listed = [] {
    std::istringstream text(
        "abs all any arange argmax argmin batch_dot batch_flatten batch_get_value batch_normalization batch_set_value "
        "bias_add binary_crossentropy binary_focal_crossentropy cast cast_to_floatx categorical_crossentropy "
        "categorical_focal_crossentropy clip concatenate constant conv1d conv2d conv2d_transpose conv3d cos "
        "count_params ctc_batch_cost ctc_decode ctc_label_dense_to_sparse cumprod cumsum depthwise_conv2d dot dropout "
        "dtype elu equal eval exp expand_dims eye flatten foldl foldr gather get_value gradients greater "
        "greater_equal hard_sigmoid in_top_k int_shape is_sparse l2_normalize less less_equal log map_fn max maximum "
        "mean min minimum moving_average_update name_scope ndim not_equal one_hot ones ones_like permute_dimensions "
        "pool2d pool3d pow prod random_bernoulli random_normal random_normal_variable random_uniform "
        "random_uniform_variable relu repeat repeat_elements reshape resize_volumes reverse rnn round "
        "separable_conv2d set_value shape sigmoid sign sin softmax softplus softsign sparse_categorical_crossentropy "
        "spatial_2d_padding spatial_3d_padding sqrt square squeeze stack std stop_gradient sum switch tanh "
        "temporal_padding tile to_dense transpose truncated_normal update update_add update_sub var variable zeros "
        "zeros_like resize_images");
    std::set<std::string> names;
    for (std::string name; text >> name;) names.insert(name);
    return names;
  }();
  std::set<std::string> used;
  const Symbol x = K::placeholder({2, 3}), p = K::softmax(x), mask = x > 0;
  const Symbol t3 = K::placeholder({2, 5, 3}), t4 = K::placeholder({2, 5, 4, 3}), t5 = K::placeholder({2, 4, 4, 4, 3});
  const Symbol i = K::placeholder({2}, DType::Int32);
  Variable w = K::variable(ones({2, 3}));
  const std::vector<std::pair<std::string, Symbol>> symbols = {
      {"abs", K::abs(x)},
      {"all", K::all(mask)},
      {"any", K::any(mask)},
      {"arange", K::arange(3)},
      {"argmax", K::argmax(x)},
      {"argmin", K::argmin(x)},
      {"batch_dot", K::batch_dot(x, x)},
      {"batch_flatten", K::batch_flatten(t3)},
      {"bias_add", K::bias_add(x, K::placeholder({3}))},
      {"binary_crossentropy", K::binary_crossentropy(p, p)},
      {"binary_focal_crossentropy", K::binary_focal_crossentropy(p, p)},
      {"cast", K::cast(x, DType::Int32)},
      {"cast_to_floatx", K::cast_to_floatx(x)},
      {"categorical_crossentropy", K::categorical_crossentropy(p, p)},
      {"categorical_focal_crossentropy", K::categorical_focal_crossentropy(p, p)},
      {"clip", K::clip(x, 0, 1)},
      {"concatenate", K::concatenate({x, x})},
      {"constant", K::constant(Tensor(1.0))},
      {"conv1d", K::conv1d(t3, K::placeholder({2, 3, 4}))},
      {"conv2d", K::conv2d(t4, K::placeholder({2, 2, 3, 4}))},
      {"conv2d_transpose", K::conv2d_transpose(t4, K::placeholder({2, 2, 6, 3}), {2, 6, 5, 6})},
      {"conv3d", K::conv3d(t5, K::placeholder({2, 2, 2, 3, 4}))},
      {"cos", K::cos(x)},
      {"ctc_batch_cost", K::ctc_batch_cost(K::placeholder({2, 2}, DType::Int32), t3,
                                           K::placeholder({2, 1}, DType::Int32), K::placeholder({2, 1}, DType::Int32))},
      {"ctc_decode", K::ctc_decode(t3, i).log_prob},
      {"cumprod", K::cumprod(x)},
      {"cumsum", K::cumsum(x)},
      {"depthwise_conv2d", K::depthwise_conv2d(t4, K::placeholder({2, 2, 3, 1}))},
      {"dot", K::dot(x, K::transpose(x))},
      {"dropout", K::dropout(x, 0.5)},
      {"elu", K::elu(x)},
      {"equal", K::equal(x, x)},
      {"exp", K::exp(x)},
      {"expand_dims", K::expand_dims(x, 0)},
      {"eye", K::eye(3)},
      {"flatten", K::flatten(x)},
      {"foldl", K::foldl([](Symbol a, Symbol b) { return a + b; }, x)},
      {"foldr", K::foldr([](Symbol a, Symbol b) { return a + b; }, x)},
      {"gather", K::gather(x, i)},
      {"gradients", K::gradients(K::sum(x), x)[0]},
      {"greater", K::greater(x, 0)},
      {"greater_equal", K::greater_equal(x, 0)},
      {"hard_sigmoid", K::hard_sigmoid(x)},
      {"in_top_k", K::in_top_k(p, i, 1)},
      {"l2_normalize", K::l2_normalize(x)},
      {"less", K::less(x, 0)},
      {"less_equal", K::less_equal(x, 0)},
      {"log", K::log(x)},
      {"map_fn", K::map_fn([](const SymbolList& v) { return SymbolList(v.single() * 2); }, x)},
      {"max", K::max(x)},
      {"maximum", K::maximum(x, 0)},
      {"mean", K::mean(x)},
      {"min", K::min(x)},
      {"minimum", K::minimum(x, 0)},
      {"not_equal", K::not_equal(x, 0)},
      {"one_hot", K::one_hot(i, 3)},
      {"ones", K::ones({2})},
      {"ones_like", K::ones_like(x)},
      {"permute_dimensions", K::permute_dimensions(x, {1, 0})},
      {"pool2d", K::pool2d(t4, 2)},
      {"pool3d", K::pool3d(t5, 2)},
      {"pow", K::pow(x, 2)},
      {"prod", K::prod(x)},
      {"random_bernoulli", K::random_bernoulli({2}, 0.5)},
      {"relu", K::relu(x)},
      {"repeat", K::repeat(x, 2)},
      {"repeat_elements", K::repeat_elements(x, 2, 0)},
      {"reshape", K::reshape(x, {3, 2})},
      {"resize_images", K::resize_images(t4, 2, 2, "channels_last")},
      {"resize_volumes", K::resize_volumes(t5, 1, 2, 1, "channels_last")},
      {"reverse", K::reverse(x, 0)},
      {"round", K::round(x)},
      {"separable_conv2d", K::separable_conv2d(t4, K::placeholder({2, 2, 3, 1}), K::placeholder({1, 1, 3, 2}))},
      {"shape", K::shape(x)},
      {"sigmoid", K::sigmoid(x)},
      {"sign", K::sign(x)},
      {"sin", K::sin(x)},
      {"softmax", K::softmax(x)},
      {"softplus", K::softplus(x)},
      {"softsign", K::softsign(x)},
      {"sparse_categorical_crossentropy", K::sparse_categorical_crossentropy(i, p)},
      {"spatial_2d_padding", K::spatial_2d_padding(t4)},
      {"spatial_3d_padding", K::spatial_3d_padding(t5)},
      {"sqrt", K::sqrt(x)},
      {"square", K::square(x)},
      {"squeeze", K::squeeze(K::ones({1, 2}))},
      {"stack", K::stack({x, x})},
      {"std", K::std(x)},
      {"stop_gradient", K::stop_gradient(x)},
      {"sum", K::sum(x)},
      {"tanh", K::tanh(x)},
      {"temporal_padding", K::temporal_padding(t3)},
      {"tile", K::tile(x, {1, 2})},
      {"to_dense", K::to_dense(x)},
      {"transpose", K::transpose(x)},
      {"var", K::var(x)},
      {"zeros", K::zeros({2})},
      {"zeros_like", K::zeros_like(x)},
  };
  for (const auto& [name, symbol] : symbols) {
    INFO(name);
    CHECK(symbol.defined());
    used.insert(name);
  }
  CHECK(K::random_normal({2, 3}).shape() == Shape{2, 3});
  CHECK(K::random_uniform({2, 3}).shape() == Shape{2, 3});
  CHECK(K::truncated_normal({2, 3}).shape() == Shape{2, 3});
  CHECK(K::batch_get_value({w}).size() == 1);
  K::batch_set_value({{w, zeros({2, 3})}});
  K::set_value(w, ones({2, 3}));
  CHECK(allclose(K::get_value(w), ones({2, 3})));
  CHECK(K::count_params(w) == 6);
  CHECK(allclose(K::eval(w * 2), full({2, 3}, 2)));
  CHECK(K::dtype(x) == DType::Float32);
  CHECK(K::int_shape(x) == Shape{2, 3});
  CHECK(K::ndim(x) == 2);
  CHECK_FALSE(K::is_sparse(x));
  const K::CoordinateTensor labels = K::ctc_label_dense_to_sparse(Tensor{{1, 2}, {3, 4}}, Tensor{1, 2});
  CHECK(allclose(K::to_dense(labels), Tensor{{1.0, 0.0}, {3.0, 4.0}}.astype(labels.values.dtype())));
  const std::vector<Update> updates = {K::update(w, x), K::update_add(w, 1), K::update_sub(w, 1),
                                       K::moving_average_update(w, 1, 0.9)};
  CHECK(updates.size() == 4);
  CHECK(K::random_normal_variable({2}, 0, 1).shape() == Shape{2});
  CHECK(K::random_uniform_variable({2}, 0, 1).shape() == Shape{2});
  CHECK(K::variable(ones({2})).shape() == Shape{2});
  (void)K::batch_normalization(x, K::placeholder({3}), K::placeholder({3}), -1);
  (void)K::switch_(i, x, x);
  used.insert({"random_normal",
               "random_uniform",
               "truncated_normal",
               "batch_get_value",
               "batch_set_value",
               "set_value",
               "get_value",
               "count_params",
               "eval",
               "dtype",
               "int_shape",
               "ndim",
               "is_sparse",
               "ctc_label_dense_to_sparse",
               "update",
               "update_add",
               "update_sub",
               "moving_average_update",
               "random_normal_variable",
               "random_uniform_variable",
               "variable",
               "batch_normalization",
               "switch_"});
  used.insert({"switch", "rnn", "name_scope"});  // a word of C++ (switch_); tests of their own
  for (const std::string& name : listed) {
    INFO(name << " of Keras's backend is not used here");
    CHECK(used.contains(name));
  }
}

TEST_CASE("updates of the backend change variables as Keras's do", "[backend]") {
  const Variable w(Tensor{1.0, 2.0});
  (void)K::function({}, {}, {.updates = {K::update_add(w, Tensor{0.5, 0.5})}})();
  CHECK(allclose(w.get_value(), Tensor{1.5, 2.5}));
  (void)K::function({}, {}, {.updates = {K::update_sub(w, 1)}})();
  CHECK(allclose(w.get_value(), Tensor{0.5, 1.5}));
  (void)K::function({}, {}, {.updates = {K::moving_average_update(w, Tensor{1.5, 0.5}, 0.75)}})();
  CHECK(allclose(w.get_value(), Tensor{0.75, 1.25}));
  (void)K::function({}, {}, {.updates = {K::update(w, w * 2)}})();
  CHECK(allclose(w.get_value(), Tensor{1.5, 2.5}));
}

TEST_CASE("names, phases and settings of the session", "[backend]") {
  K::clear_session();
  CHECK(K::get_uid("dense") == 1);
  CHECK(K::get_uid("dense") == 2);
  K::reset_uids();
  CHECK(K::get_uid("dense") == 1);
  CHECK(K::backend() == "kerascpp");
  CHECK(K::image_dim_ordering() == "tf");
  K::set_image_dim_ordering("th");
  CHECK(K::image_data_format() == "channels_first");
  K::set_image_dim_ordering("tf");
  CHECK_THAT(message_of<ValueError>([] { K::set_image_dim_ordering("first"); }), ContainsSubstring("\"tf\" or \"th\""));

  const Symbol x = K::placeholder({2});
  const Symbol chosen = K::in_train_phase(x, -1 * x);
  CHECK(allclose(K::function(x, chosen)(Tensor{1.0, 2.0}), Tensor{-1.0, -2.0}));
  const Function fed({x, K::learning_phase()}, chosen);
  CHECK(allclose(fed(Tensor{1.0, 2.0}, Tensor(true)), Tensor{1.0, 2.0}));
  CHECK(allclose(K::eval(K::in_test_phase(x, -1 * x), {{x, Tensor{1.0, 2.0}}}), Tensor{1.0, 2.0}));
  K::set_learning_phase(true);
  CHECK(K::in_train_phase(x, -1 * x).is(x));
  const Symbol dropped = layers::Dropout(0.999999)(x);
  CHECK(allclose(K::function(x, dropped)(Tensor{1.0, 2.0}), Tensor{0.0, 0.0}));
  K::clear_session();
  CHECK(K::learning_phase().is(kerascpp::learning_phase()));

  CHECK(K::is_placeholder(x));
  CHECK_FALSE(K::is_placeholder(x + 1));
  CHECK(K::is_keras_tensor(layers::Dense(2)(layers::Input({3}))));
  CHECK_FALSE(K::is_keras_tensor(x));
  {
    const K::name_scope scope("outer");
    CHECK((x + 1).node()->scope() == "outer");
  }
  CHECK(K::identity(x, "same").name() == "same");
  CHECK(K::get_variable_shape(x) == Shape{2});
}

TEST_CASE("functions of the backend say what does not fit", "[backend]") {
  const Symbol x = K::placeholder({2, 3}), image = K::placeholder({2, 5, 4, 3});
  CHECK_THAT(message_of<ShapeError>([&] { (void)K::conv2d(x, x); }),
             ContainsSubstring("[conv2d] expected 4 dimensions, received (2, 3)"));
  CHECK_THAT(message_of<ShapeError>([&] {
               (void)K::conv2d_transpose(image, K::placeholder({2, 2, 4, 3}), {2, 9, 5, 4});
             }),
             ContainsSubstring("[conv2d_transpose] a convolution of output_shape (2, 9, 5, 4) gives (2, 8, 4, 3)"));
  CHECK_THAT(message_of<ValueError>([&] { (void)K::pool2d(image, 2, {.pool_mode = "sum"}); }),
             ContainsSubstring("pool_mode \"sum\" is none of max, avg"));
  CHECK_THAT(message_of<ShapeError>([&] { (void)K::bias_add(image, x); }),
             ContainsSubstring("expected a bias of 1 or 3 dimensions"));
  CHECK_THAT(message_of<ShapeError>([&] {
               (void)K::local_conv1d(K::placeholder({2, 7, 3}), K::placeholder({3, 8, 4}), 3, 2);
             }),
             ContainsSubstring("expected a kernel of (3, 9, 4), received (3, 8, 4)"));
  CHECK_THAT(message_of<ShapeError>([&] { (void)K::repeat(image, 2); }), ContainsSubstring("expected (B, N)"));
  CHECK_THAT(message_of<ShapeError>([&] { (void)K::switch_(image > 0, x, x); }),
             ContainsSubstring("has more dimensions than"));
  CHECK_THAT(message_of<ValueError>([] {
               (void)K::ctc_label_dense_to_sparse(Tensor{{1, 2}}, Tensor{3});
             }),
             ContainsSubstring("row 0 has length 3 of at most 2"));
  CHECK_THAT(message_of<ValueError>([&] { (void)K::convolve(x, x, "half"); }),
             ContainsSubstring("mode \"half\" is none of full, same, valid"));
}

}  // namespace kerascpp::test
