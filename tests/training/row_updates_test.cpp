// Embeddings whose rows are updated one by one, against the update of the whole table; that one is compared with Keras
// in histories_test.cpp, and so are these (cases words_*).

#include <csignal>
#include <cstring>
#include <limits>

#include <sys/mman.h>
#include <unistd.h>

#include <kerascpp/kerascpp.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include "training/row_updates.hpp"
#include "training/trainer.hpp"

namespace kerascpp::test {
namespace {

using namespace kerascpp::layers;
using MakeOptimizer = Callable<Optimizer()>;

/// Rows or the whole table, whatever its size.
class TableSize {
 public:
  explicit TableSize(bool by_rows) { row_table_limits = {by_rows ? 0 : std::numeric_limits<std::int64_t>::max(), 4}; }
  ~TableSize() { row_table_limits = before_; }
  TableSize(const TableSize&) = delete;
  TableSize& operator=(const TableSize&) = delete;

 private:
  RowTableLimits before_ = row_table_limits;
};

constexpr std::int64_t kWords = 300, kBatch = 8, kLength = 5;

/// Batches of words of which some come often, some seldom and some never.
std::pair<Tensor, Tensor> batch_of(int step) {
  RandomStream stream(static_cast<std::uint64_t>(step) + 7);
  std::vector<std::int32_t> words;
  for (const double u : stream.uniform({kBatch * kLength}, 0, 1, DType::Float64).to_vector<double>())
    words.push_back(static_cast<std::int32_t>(static_cast<double>(kWords) * u * u * u * u));
  return {Tensor(words).reshape({kBatch, kLength}), stream.uniform({kBatch, 2}, -1, 1)};
}

Sequential words_model() {
  set_random_seed(3);
  return Sequential{Input({kLength}, {.dtype = "int32"}), Embedding(kWords, 5), LSTM(4), Dense(2)};
}

bool goes_by_rows(const Model& model) {
  for (const auto& node : model.train_function().graph().nodes())
    if (node->op().name == "write_rows") return true;
  return false;
}

/// All values of the model and the optimizer, in their order.
std::vector<Tensor> state_of(const Model& model) {
  std::vector<Tensor> all = model.get_weights();
  for (const Variable& variable : model.optimizer()->variables()) all.push_back(variable.get_value());
  return all;
}

void check_same(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    INFO("array " << i << " " << a[i].shape());
    const std::vector<double> x = a[i].to_vector<double>(), y = b[i].to_vector<double>();
    std::size_t differ = 0;
    double most = 0;
    for (std::size_t k = 0; k < x.size(); ++k)
      if (x[k] != y[k]) ++differ, most = std::max(most, std::abs(x[k] - y[k]));
    INFO(differ << " elements differ, by " << most << " at most");
    CHECK(differ == 0);
  }
}

std::vector<std::pair<std::string, MakeOptimizer>> elementwise_optimizers() {
  using namespace optimizers;
  return {
      {"sgd", [] { return SGD({.learning_rate = 0.5}); }},
      {"sgd with momentum", [] { return SGD({.learning_rate = 0.3, .momentum = 0.9}); }},
      {"sgd with nesterov", [] { return SGD({.learning_rate = 0.3, .momentum = 0.9, .nesterov = true}); }},
      {"sgd with decay", [] { return SGD({.learning_rate = 0.3, .weight_decay = 0.02}); }},
      {"rmsprop", [] { return RMSprop({.learning_rate = 0.02}); }},
      {"rmsprop centered", [] { return RMSprop({.learning_rate = 0.02, .momentum = 0.6, .centered = true}); }},
      {"adam", [] { return Adam({.learning_rate = 0.05}); }},
      {"amsgrad", [] { return Adam({.learning_rate = 0.05, .amsgrad = true}); }},
      {"adam with decay", [] { return Adam({.learning_rate = 0.05, .weight_decay = 0.05}); }},
      {"adam with clipvalue", [] { return Adam({.learning_rate = 0.05, .clipvalue = 0.01}); }},
      {"adam with ema", [] { return Adam({.learning_rate = 0.05, .use_ema = true, .ema_overwrite_frequency = 3}); }},
      {"adam with accumulation", [] { return Adam({.learning_rate = 0.05, .gradient_accumulation_steps = 3}); }},
      {"adam with a schedule",
       [] {
         return Adam({.learning_rate = schedules::CosineDecay(0.01, 30, {.warmup_target = 0.1, .warmup_steps = 10})});
       }},
      {"adamw", [] { return AdamW({.learning_rate = 0.05}); }},
      {"adadelta", [] { return Adadelta({.learning_rate = 1.0}); }},
      {"adagrad", [] { return Adagrad({.learning_rate = 0.1}); }},
      {"adamax", [] { return Adamax({.learning_rate = 0.05}); }},
      {"nadam", [] { return Nadam({.learning_rate = 0.05}); }},
      {"ftrl", [] { return Ftrl({.learning_rate = 0.1, .l2_shrinkage_regularization_strength = 0.03}); }},
      {"lion", [] { return Lion({.learning_rate = 0.005, .weight_decay = 0.05}); }},
      {"schedule free", [] { return ScheduleFreeAdamW({.learning_rate = 0.05}); }},
      {"loss scale", [] { return LossScaleOptimizer(Adam({.learning_rate = 0.05})); }},
  };
}

}  // namespace

TEST_CASE("an embedding trained by rows equals one trained as a whole, bit for bit", "[training][rows]") {
  for (const auto& [name, make] : elementwise_optimizers()) DYNAMIC_SECTION(name) {
      std::vector<std::vector<Tensor>> seen[2];
      for (const bool by_rows : {false, true}) {
        const TableSize size(by_rows);
        const Sequential model = words_model();
        model.compile({.optimizer = make(), .loss = "mse"});
        for (int step = 0; step < 50; ++step) {
          const auto [x, y] = batch_of(step);
          model.train_on_batch(x, y);
          if (step % 16 == 5) seen[by_rows].push_back(state_of(model));
        }
        CHECK(goes_by_rows(model) == by_rows);
        seen[by_rows].push_back(state_of(model));
      }
      for (std::size_t i = 0; i < seen[0].size(); ++i) check_same(seen[0][i], seen[1][i]);
    }
}

TEST_CASE("optimizers that look at a whole table update it as a whole", "[training][rows]") {
  using namespace optimizers;
  const TableSize size(true);
  for (const Optimizer& optimizer : {Lamb(), Adafactor(), Muon({.exclude_embeddings = false}),
                                     Adam({.clipnorm = 0.1, .gradient_accumulation_steps = 2})}) {
    const Sequential model = words_model();
    model.compile({.optimizer = optimizer, .loss = "mse"});
    const auto [x, y] = batch_of(0);
    model.train_on_batch(x, y);
    INFO(optimizer->class_name());
    CHECK_FALSE(goes_by_rows(model));
  }
}

TEST_CASE("rows are up to date for whoever reads or replaces weights between steps", "[training][rows]") {
  const TemporaryFolder folder;
  std::vector<double> seen[2];
  for (const bool by_rows : {false, true}) {
    const TableSize size(by_rows);
    const Sequential model = words_model();
    model.compile({.optimizer = optimizers::Adam({.learning_rate = 0.05}), .loss = "mse"});
    const auto steps = [&](int from, int to) {
      for (int step = from; step < to; ++step) {
        const auto [x, y] = batch_of(step);
        model.train_on_batch(x, y);
      }
    };
    const auto note = [&](const Tensor& value) {
      for (const double v : value.to_vector<double>()) seen[by_rows].push_back(v);
    };
    const auto [x, y] = batch_of(1000);
    steps(0, 7);
    note(model.predict(x, {.verbose = 0})[0]);
    steps(7, 13);
    seen[by_rows].push_back(model.evaluate(x, y, {.verbose = 0}).at("loss"));
    steps(13, 20);
    const std::string file = folder.file("model.keras");
    model.save(file);
    for (const Tensor& weight : load_model(file).get_weights()) note(weight);
    steps(20, 26);
    const Function sum({}, {ops::sum(model.weights()[0])});
    note(sum()[0]);
    steps(26, 31);
    std::vector<Tensor> weights = model.get_weights();
    weights[0] = ones(weights[0].shape()) * 0.5f;
    steps(31, 33);
    model.set_weights(weights);
    steps(33, 40);
    model.optimizer()->set_learning_rate(0.01);
    steps(40, 45);
    for (const Tensor& value : state_of(model)) note(value);
  }
  REQUIRE(seen[0].size() == seen[1].size());
  CHECK(seen[0] == seen[1]);
}

TEST_CASE("rows catch up on more steps than their numbers are kept for", "[training][rows]") {
  std::vector<Tensor> seen[2];
  for (const bool by_rows : {false, true}) {
    const TableSize size(by_rows);
    set_random_seed(3);
    const Sequential model{Input({2}, {.dtype = "int32"}), Embedding(64, 3), Flatten(), Dense(1)};
    model.compile({.optimizer = optimizers::Adam({.learning_rate = 0.01}), .loss = "mse"});
    for (int step = 0; step < 2100; ++step)
      model.train_on_batch(Tensor(std::vector<std::int32_t>{step % 3, step == 5 ? 40 : 7}).reshape({1, 2}),
                           full({1, 1}, step % 2));
    seen[by_rows] = state_of(model);
  }
  check_same(seen[0], seen[1]);
}

TEST_CASE("steps with many words and functions of a step called alone mix with those by rows", "[training][rows]") {
  std::vector<Tensor> seen[2];
  for (const bool by_rows : {false, true}) {
    const TableSize size(by_rows);
    const Sequential model = words_model();
    model.compile({.optimizer = optimizers::Adam({.learning_rate = 0.05}), .loss = "mse"});
    for (int step = 0; step < 30; ++step) {
      const auto [x, y] = batch_of(step);
      if (step % 5 == 3)
        model.train_on_batch(ops::concatenate({x, x, x, x}), ops::concatenate({y, y, y, y}));  // 160 of 300 words
      else if (step % 5 == 4)
        model.train_function()(TensorList{x, y});
      else
        model.train_on_batch(x, y);
    }
    seen[by_rows] = state_of(model);
  }
  check_same(seen[0], seen[1]);
}

TEST_CASE("an index out of range is reported by steps that go by rows", "[training][rows]") {
  const TableSize size(true);
  const Sequential model = words_model();
  model.compile({.optimizer = "adam", .loss = "mse"});
  const Tensor x = full({kBatch, kLength}, kWords, DType::Int32);
  CHECK_THROWS_WITH(model.train_on_batch(x, zeros({kBatch, 2})),
                    ContainsSubstring("index 300 is out of range for an axis of length 300"));
}

namespace {

/// Pages of the memory of some variables that are read or written while it lives: they are taken away, and given back
/// by the signal that an access raises.
class TouchedPages {
 public:
  explicit TouchedPages(const std::vector<Variable>& variables) {
    page_ = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    count = 0;
    num_ranges = 0;
    for (const Variable& variable : variables) {
      const Tensor value = backend::get_value(variable, {.borrow = true});
      const auto begin = reinterpret_cast<std::uintptr_t>(value.raw());
      const std::uintptr_t first = (begin + page_ - 1) / page_ * page_, end = (begin + value.nbytes()) / page_ * page_;
      ranges[num_ranges++] = {first, end};
    }
    struct sigaction action {};
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    REQUIRE(sigaction(SIGSEGV, &action, &before_) == 0);
    for (std::size_t i = 0; i < num_ranges; ++i)
      REQUIRE(mprotect(reinterpret_cast<void*>(ranges[i].first), ranges[i].second - ranges[i].first, PROT_NONE) == 0);
  }
  ~TouchedPages() {
    for (std::size_t i = 0; i < num_ranges; ++i)
      mprotect(reinterpret_cast<void*>(ranges[i].first), ranges[i].second - ranges[i].first, PROT_READ | PROT_WRITE);
    sigaction(SIGSEGV, &before_, nullptr);
  }
  TouchedPages(const TouchedPages&) = delete;
  TouchedPages& operator=(const TouchedPages&) = delete;

  static inline std::atomic<int> count{0};

 private:
  static void on_fault(int, siginfo_t* info, void*) {
    const auto at = reinterpret_cast<std::uintptr_t>(info->si_addr);
    for (std::size_t i = 0; i < num_ranges; ++i) {
      if (at < ranges[i].first || at >= ranges[i].second) continue;
      ++count;
      mprotect(reinterpret_cast<void*>(at / page_ * page_), page_, PROT_READ | PROT_WRITE);
      return;
    }
    signal(SIGSEGV, SIG_DFL);  // of another kind: raised again on return
  }

  static inline std::pair<std::uintptr_t, std::uintptr_t> ranges[16];
  static inline std::size_t num_ranges = 0, page_ = 4096;
  struct sigaction before_ {};
};

}  // namespace

TEST_CASE("a step of a large embedding touches the memory of its words alone", "[training][rows]") {
  constexpr std::int64_t kRows = 100000, kSize = 64;
  const char* const optimizer = GENERATE("sgd", "adam", "rmsprop");
  INFO(optimizer);
  const Sequential model{Input({10}, {.dtype = "int32"}), Embedding(kRows, kSize), GlobalAveragePooling1D(), Dense(1)};
  model.compile({.optimizer = optimizer, .loss = "mse"});
  const Tensor y = zeros({4, 1});
  for (int i = 0; i < 3; ++i) model.train_on_batch(randint(0, kRows, {4, 10}), y);
  CHECK(goes_by_rows(model));
  std::vector<Variable> tables{model.weights()[0]};
  for (const Variable& variable : model.optimizer()->variables())
    if (variable.shape() == tables[0].shape()) tables.push_back(variable);
  {
    const TouchedPages touched(tables);
    model.train_on_batch(randint(0, kRows, {4, 10}), y);
    const int pages = touched.count.load();
    INFO(pages << " pages of " << tables.size() << " tables");
    // a row of 256 bytes lies on two pages at most; both threads may meet on one
    CHECK(pages >= static_cast<int>(30 * tables.size()));
    CHECK(pages <= static_cast<int>(2 * 40 * tables.size()));
  }
  // nor is there memory of the size of a table for a gradient
  const std::string plan = model.train_function().describe({{4, 10}, {4, 1}});
  const std::size_t at = plan.rfind("arena ");
  REQUIRE(at != std::string::npos);
  CHECK(std::stoll(plan.substr(at + 6)) < kRows * kSize);
}

}  // namespace kerascpp::test
