#include "world.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <thread>

#include "delivery/retry.h"
#include "json/read.h"
#include "net/bridge.h"

namespace rialto::delivery {
namespace {

using namespace std::chrono_literals;

const store::Scope kScope{.account = "111122223333", .region = "us-east-1"};
constexpr const char* kDeadLetters = "arn:aws:sqs:us-east-1:111122223333:dlq";
constexpr store::BusId kBus = 7;

// Small, so that every limit is met all the time.
constexpr LaneLimits kLimits{.in_flight_max = 3,
                             .window_max = 6,
                             .window_min = 2,
                             .deliveries_max = 20,
                             .event_bytes_max = 8'000};

struct LaneShape {
  int retries_max;
  int age_max_s;
  bool has_dead_letters;
};
// The last takes several at once.
constexpr std::size_t kBatchLane = 5;
constexpr std::size_t kBatch = 3;
constexpr std::array<LaneShape, 6> kLanes = {{{185, 86'400, true},
                                              {0, 86'400, true},
                                              {2, 3'600, false},
                                              {185, 60, true},
                                              {5, 600, true},
                                              {185, 1'200, true}}};

std::shared_ptr<const Destination> make_lane(std::size_t number) {
  const LaneShape& shape = kLanes[number];
  std::string target = R"({"Id":"t)" + std::to_string(number) +
                       R"(","Arn":"arn:aws:events:us-east-1:111122223333:event-bus/)" +
                       (number == kBatchLane ? "batch" : "single") + '"' +
                       R"(,"RetryPolicy":{"MaximumRetryAttempts":)" +
                       std::to_string(shape.retries_max) + R"(,"MaximumEventAgeInSeconds":)" +
                       std::to_string(shape.age_max_s) + "}";
  if (shape.has_dead_letters) {
    target += R"(,"DeadLetterConfig":{"Arn":")" + std::string(kDeadLetters) + R"("})";
  }
  auto given = json::parse(target + "}");
  return make_destination("rule-" + std::to_string(number), "rule",
                          *model::decode_target(std::move(given).value()));
}

// Its id says what its key is.
std::shared_ptr<const model::Event> make_event(store::Sequence sequence, std::size_t padding,
                                               TimePoint now) {
  auto root = json::parse(R"({"version":"0","id":")" + std::to_string(sequence) +
                          R"(","detail":{"pad":")" + std::string(padding, 'x') + R"("}})");
  return std::make_shared<const model::Event>(model::make_event(std::move(root).value(), now));
}

Error unavailable(const char* why) { return fail(Code::Unavailable, why, "ERROR_FROM_TARGET"); }

}  // namespace

// Hands every attempt to the world, which answers when it likes.
class World::Target final : public targets::TargetType {
 public:
  Target(World& world, bool takes_batches) : world_(world), takes_batches_(takes_batches) {}
  std::string_view name() const override { return "simulated"; }
  bool serves(const model::Arn& arn) const override {
    return arn.resource == (takes_batches_ ? "event-bus/batch" : "event-bus/single");
  }
  targets::Batching batching() const override { return {.count_max = takes_batches_ ? kBatch : 1}; }
  Task<targets::Outcome> invoke(targets::Invocation invocation) override {
    std::vector<targets::Invocation> one;
    one.push_back(std::move(invocation));
    auto outcomes = co_await invoke_batch(std::move(one));
    co_return std::move(outcomes.front());
  }
  Task<std::vector<targets::Outcome>> invoke_batch(std::vector<targets::Invocation> all) override {
    std::vector<Call> calls;
    for (const targets::Invocation& each : all) {
      const std::size_t lane = std::stoul(each.rule_arn.substr(std::string("rule-").size()));
      const store::Sequence sequence = std::stoull(each.event->id);
      calls.push_back({{{kBus, sequence}, static_cast<std::uint16_t>(lane)}, lane, 0, {}});
    }
    using Outcomes = std::vector<targets::Outcome>;
    co_return co_await net::await_callback<Outcomes>(
        [this, calls = std::move(calls)](std::function<void(Outcomes)> answer) mutable {
          const auto outcomes = std::make_shared<Outcomes>();
          const std::size_t batch = ++world_.last_batch_;
          for (Call& each : calls) {
            each.batch = batch;
            each.answer = [outcomes, answer, count = calls.size()](targets::Outcome outcome) {
              outcomes->push_back(std::move(outcome));
              if (outcomes->size() == count) answer(std::move(*outcomes));
            };
            world_.on_attempt(std::move(each));
          }
        });
  }

 private:
  World& world_;
  const bool takes_batches_;
};

World::World(std::uint64_t seed)
    : random_(seed), moods_(kLanes.size(), Mood::Up), lane_calls_(kLanes.size()) {
  for (std::size_t number = 0; number < kLanes.size(); ++number) {
    lanes_.push_back(make_lane(number));
  }
  disk_.on_change = [this](const SimulatedDisk::Change& change) { on_change(change); };
  start();
  store_->set_prompt(true);
  EXPECT_TRUE(run(queues_->create(kScope, "dlq", {}, {})).ok());
  store_->set_prompt(false);
}

World::~World() {
  store_->crash(0);
  end_process();
}

template <class T>
T World::run(Task<T> task) {
  std::optional<T> out;
  boost::asio::co_spawn(*context_, std::move(task),
                        [&out](const std::exception_ptr&, T result) { out = std::move(result); });
  while (!out) poll();
  return std::move(*out);
}

void World::start() {
  context_ = std::make_unique<boost::asio::io_context>(1);
  pager_ = std::make_unique<boost::asio::io_context>(1);
  store_ = std::make_unique<SimulatedStore>(disk_);
  ids_ = std::make_unique<test::SeededIds>(random_.word());
  queues_ = std::make_unique<queue::Queues>(*store_, clock_, *ids_);
  metrics_ = std::make_unique<Metrics>();
  engine_ = std::make_unique<Engine>(Engine::Services{{context_->get_executor()},
                                                      pager_->get_executor(),
                                                      *store_,
                                                      *queues_,
                                                      clock_,
                                                      *ids_,
                                                      *metrics_,
                                                      nullptr,
                                                      kLimits});
  targets::TargetTypes types;
  types.push_back(std::make_unique<Target>(*this, false));
  types.push_back(std::make_unique<Target>(*this, true));
  engine_->set_target_types(std::move(types));
  store_->set_prompt(true);
  ASSERT_TRUE(queues_->load().ok());
  ASSERT_TRUE(engine_->load().ok());
  store_->set_prompt(false);
  ASSERT_EQ(engine_->pending(), disk_.owed()) << "all that is on disk is owed";
  poll();
}

void World::poll() {
  context_->restart();
  context_->poll();
}

// The pager has a thread of its own: while it reads, everything else goes on.
void World::poll_pager() {
  store_->while_reading = [this] {
    for (std::size_t count = random_.below(5); count > 0; --count) {
      if (random_.once_in(3)) put();
      if (random_.once_in(2)) answer_call();
      if (random_.once_in(2)) answer_commits();
      poll();
    }
  };
  pager_->restart();
  pager_->poll();
  store_->while_reading = nullptr;
  poll();
}

// Nothing that the engine still does reaches the world.
void World::end_process() {
  std::atomic<bool> has_stopped{false};
  std::thread stopping([&] {
    engine_->stop();
    has_stopped = true;
  });
  while (!has_stopped) {
    for (Call& call : std::exchange(calls_, {})) {
      call.answer(fail(Code::Cancelled, "The process has ended."));
    }
    poll();
    pager_->restart();
    pager_->poll();
    std::this_thread::yield();
  }
  stopping.join();
  calls_.clear();
  lane_calls_.assign(kLanes.size(), {});
  breakers_opened_ += metrics_->breakers_opened;
  engine_.reset();
  queues_.reset();
  store_.reset();
  context_.reset();
  pager_.reset();
}

void World::crash() {
  store_->crash(random_.below(store_->waiting() + 1));
  end_process();
  std::erase_if(known_, [this](const auto& each) { return !disk_.due_at(each.first); });
  for (auto& [owed, known] : known_) {
    ++known.uncounted_max;
    known.is_delivered = false;
    known.is_under_way = false;
    known.failed.reset();
    known.is_last = false;
  }
  start();
}

void World::put() {
  if (is_ending_) return;
  std::vector<Delivery> deliveries;
  const store::EventKey key{kBus, ++last_sequence_};
  const auto event = make_event(key.sequence, random_.below(400), clock_.now());
  for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
    if (!random_.once_in(3)) continue;
    Delivery& made = deliveries.emplace_back();
    made.key = {key, static_cast<std::uint16_t>(lane)};
    made.event = event;
    made.destination = lanes_[lane];
    made.accepted_at = made.due_at = event->accepted_at;
  }
  if (deliveries.empty()) return;
  for (Delivery& made : deliveries) {
    made.routes = static_cast<std::uint16_t>(deliveries.size());
    Known& known = known_[made.key];
    known.lane = made.key.route;
    known.accepted_at = made.accepted_at;
  }
  store::Batch batch;
  engine_->owe(batch, deliveries);
  store_->submit(std::move(batch), [this, deliveries](const Result<>& outcome) {
    if (outcome.ok()) return engine_->start(deliveries);
    if (outcome.error().code == Code::Cancelled) return;  // the crash has found out what is stored
    engine_->abandon(deliveries);
    for (const Delivery& each : deliveries) {
      known_.erase(each.key);
      note_idle(each.key.route);
    }
  });
}

void World::on_attempt(Call call) {
  if (store_->is_dead()) return calls_.push_back(std::move(call));
  const auto found = known_.find(call.owed);
  const auto due_at = disk_.due_at(call.owed);
  ASSERT_TRUE(found != known_.end() && due_at) << "an attempt of what is not owed";
  Known& known = found->second;
  EXPECT_FALSE(known.is_under_way) << "two attempts at a time";
  EXPECT_FALSE(known.is_delivered) << "delivered twice by one process";
  EXPECT_LE(known.attempts, kLanes[known.lane].retries_max + known.uncounted_max)
      << "an attempt too many";
  EXPECT_TRUE(known.was_due) << "an attempt too early";
  known.is_under_way = true;
  calls_.push_back(std::move(call));
  check_begin(calls_.back());
}

// Those that were on their way when the breaker opened are not to be stopped any more.
void World::check_begin(const Call& call) {
  std::set<std::size_t> at_a_time;
  for (const Call& each : calls_) {
    if (each.lane == call.lane) at_a_time.insert(each.batch);
  }
  const std::size_t most = call.lane == kBatchLane ? 4 : kLimits.in_flight_max;
  EXPECT_LE(at_a_time.size(), most);
  Calls& calls = lane_calls_[call.lane];
  if (!calls.is_open()) return;
  if (calls.no_probe_before && at_a_time.size() == 1) {
    EXPECT_GE(clock_.now(), *calls.no_probe_before) << "a probe too early";
  }
  ++calls.begun_since;
  if (calls.begun_since <= static_cast<int>(most * kBatch)) return;
  EXPECT_EQ(at_a_time.size(), 1U) << "one probe at a time";
}

void World::note_end(std::size_t lane, bool is_answered) {
  Calls& calls = lane_calls_[lane];
  if (is_answered) {
    calls = {.has_died = calls.has_died};
    return;
  }
  ++calls.unanswered;
  ++calls.unanswered_since_idle;
  calls.has_died |= calls.unanswered >= kBreakerFailures;
  if (calls.is_open()) note_probe_wait(lane);
}

// Only the end of the last call under way decides when the next probe may begin.
void World::note_probe_wait(std::size_t lane) {
  const auto is_of_lane = [lane](const Call& each) { return each.lane == lane; };
  if (std::ranges::any_of(calls_, is_of_lane)) return;
  Calls& calls = lane_calls_[lane];
  calls.probe_wait = std::clamp(calls.probe_wait * 2, kProbeFirst, kProbeMax);
  calls.no_probe_before = clock_.now() + calls.probe_wait / 2;
}

// A lane that owes nothing is forgotten after a while, and its breaker with it.
void World::note_idle(std::size_t lane) {
  const auto is_of_lane = [lane](const auto& each) { return each.second.lane == lane; };
  if (std::ranges::any_of(known_, is_of_lane)) return;
  Calls& calls = lane_calls_[lane];
  calls = {.unanswered = calls.unanswered, .has_died = calls.has_died};
}

targets::Outcome World::make_outcome(Mood mood) {
  constexpr std::array<Millis, 6> kAsked = {100ms, 20s, 16min, 3h, 23h, 30h};
  targets::Outcome outcome;
  if (mood == Mood::Dead) {
    outcome.result = fail(Code::Unavailable, "the target is dead", "CONNECTION_FAILURE");
  } else if (mood == Mood::Down || (mood == Mood::Flaky && random_.once_in(2))) {
    outcome.result = unavailable("the target is down");
    if (random_.once_in(8)) outcome.retry_after = random_.one_of(kAsked);
    outcome.is_last = random_.once_in(20);
  } else if (mood == Mood::Wrong) {
    outcome.result = fail(Code::InvalidArgument, "the target refuses it", "INVALID_PARAMETER");
  }
  return outcome;
}

void World::answer(const Call& call, const targets::Outcome& outcome) {
  Known& known = known_.at(call.owed);
  known.is_under_way = false;
  known.is_delivered = outcome.result.ok();
  if (!outcome.result.ok()) {
    known.failed = outcome.result.error();
    known.retry_after = outcome.retry_after.value_or(0ms);
    known.is_last = outcome.is_last;
    ++known.attempts;
    known.failed_at = clock_.now();
  }
  call.answer(outcome);
}

void World::answer_call() {
  std::vector<std::size_t> ready;
  for (std::size_t at = 0; at < calls_.size(); ++at) {
    if (moods_[calls_[at].lane] != Mood::Hanging) ready.push_back(at);
  }
  if (ready.empty()) return;
  answer_batch(calls_[random_.one_of(ready)].batch);
}

void World::answer_batch(std::size_t batch) {
  std::vector<Call> answered;
  const auto is_of_batch = [batch](const Call& each) { return each.batch == batch; };
  std::ranges::copy_if(calls_, std::back_inserter(answered), is_of_batch);
  std::erase_if(calls_, is_of_batch);
  bool is_answered = false;
  for (const Call& each : answered) {
    const targets::Outcome outcome = make_outcome(moods_[each.lane]);
    is_answered |= sign_of(outcome) == Breaker::Sign::Alive;
    answer(each, outcome);
  }
  note_end(answered.front().lane, is_answered);
}

// Whether it may be given up after its last failure.
bool World::is_true_to_policy(const Known& known) const {
  const LaneShape& shape = kLanes[known.lane];
  if (known.is_last) return true;
  if (!is_retryable(known.failed->code) || known.attempts > shape.retries_max) return true;
  const int doublings = std::min(known.attempts - 1, 10);
  const Millis wait =
      std::max(std::min(kBackoffBase * (1 << doublings), kBackoffMax), known.retry_after);
  return known.failed_at + wait - known.accepted_at > std::chrono::seconds(shape.age_max_s);
}

// What seems to be put off for longer than anything is was so before the clock was moved back.
void World::note_due(const Owed& owed, Known& known) const {
  const auto due_at = disk_.due_at(owed);
  const TimePoint now = clock_.now();
  const Millis most = disk_.is_due_by_request(owed) ? kRequestMax : kBackoffMax;
  if (due_at && (*due_at <= now || *due_at > now + most)) known.was_due = true;
  if (now - known.accepted_at > std::chrono::seconds(kLanes[known.lane].age_max_s)) {
    known.was_too_old = true;
  }
}

void World::on_change(const SimulatedDisk::Change& change) {
  stored_ += change.come.size();
  for (const Owed& owed : change.come) note_due(owed, known_.at(owed));
  for (const Owed& owed : change.moved) {
    Known& known = known_.at(owed);
    known.was_due = false;
    note_due(owed, known);
    EXPECT_TRUE(known.failed && !known.is_delivered) << "only what failed is put off";
    EXPECT_FALSE(known.is_last) << "the target wants no other attempt";
    EXPECT_GE(*disk_.due_at(owed), known.failed_at + known.retry_after) << "sooner than asked for";
  }
  for (const Owed& owed : change.gone) {
    const auto known = known_.find(owed);
    ASSERT_TRUE(known != known_.end());
    if (known->second.is_delivered) {
      ++delivered_;
      EXPECT_EQ(change.messages, 0U);
    } else {
      // Without an attempt, or after the one before: only behind a breaker that has been open.
      const Known& last = known->second;
      const bool is_held_back = last.was_too_old && lane_calls_[last.lane].has_died;
      EXPECT_TRUE(is_held_back || last.failed.has_value()) << "settled without an attempt";
      EXPECT_TRUE(is_held_back || is_true_to_policy(last)) << "given up too early";
      const bool is_dead_lettered = kLanes[known->second.lane].has_dead_letters;
      ++(is_dead_lettered ? dead_lettered_ : dropped_);
      EXPECT_EQ(change.messages, is_dead_lettered ? 1U : 0U);
    }
    const std::size_t lane = known->second.lane;
    known_.erase(known);
    note_idle(lane);
  }
}

void World::move_clock() {
  constexpr std::array<Millis, 8> kForward = {1ms, 20ms, 500ms, 1s, 5s, 40s, 5min, 1h};
  if (random_.once_in(30)) {
    clock_.advance(random_.once_in(2) ? Millis(-3s) : Millis(-2h));
    // What was planned further ahead than anything is counts as due.
    for (Calls& calls : lane_calls_) calls.no_probe_before.reset();
  } else if (random_.once_in(60)) {
    clock_.advance(25h);
  } else {
    clock_.advance(random_.one_of(kForward));
  }
  for (auto& [owed, known] : known_) note_due(owed, known);
  engine_->clock_moved();
}

void World::answer_commits() {
  const bool is_refused = random_.once_in(8);
  for (std::size_t count = random_.below(store_->waiting() + 1); count > 0; --count) {
    store_->answer(is_refused);
  }
}

// Long enough in a row for the breaker to open, if there is enough to do.
void World::die(std::size_t lane) {
  moods_[lane] = Mood::Dead;
  for (std::size_t round = 0; round < 40 && !testing::Test::HasFailure(); ++round) {
    if (random_.once_in(3)) put();
    answer_call();
    answer_commits();
    poll();  // what was answered is judged at the time of the answer
    if (random_.once_in(8)) move_clock();
    poll();
    if (random_.once_in(2)) poll_pager();
    if (lane_calls_[lane].is_open()) break;
    for (std::size_t at = 0; at < calls_.size(); ++at) {
      if (calls_[at].lane == lane) {
        answer_batch(calls_[at].batch);
        break;
      }
    }
    poll();
  }
}

void World::step() {
  switch (const std::size_t what = random_.below(200)) {
    case 0: crash(); break;
    case 1: store_->fail_reads(static_cast<int>(random_.below(4))); break;
    case 2:
    case 3: moods_[random_.below(moods_.size())] = static_cast<Mood>(random_.below(6)); break;
    case 5: die(random_.below(moods_.size())); break;
    case 4: check(); break;
    default:
      if (what < 50)
        put();
      else if (what < 100)
        answer_call();
      else if (what < 180)
        answer_commits();
      else
        move_clock();
  }
  poll();
  if (random_.once_in(2)) poll_pager();
}

void World::finish() {
  is_ending_ = true;
  // Or all are dead for good: then all is given up in time.
  std::ranges::fill(moods_, random_.once_in(4) ? Mood::Dead : Mood::Up);
  store_->fail_reads(0);
  std::size_t rounds = 0;
  for (; disk_.owed() + store_->waiting() > 0 && rounds < 10'000; ++rounds) {
    while (store_->waiting() > 0) store_->answer(false);
    while (!calls_.empty()) answer_call();
    poll();
    poll_pager();
    if (store_->waiting() + calls_.size() > 0) continue;
    clock_.advance(16min);
    for (auto& [owed, known] : known_) note_due(owed, known);
    engine_->clock_moved();
    poll();
  }
  ASSERT_LT(rounds, 10'000U) << disk_.owed() << " deliveries are never settled";
  EXPECT_EQ(engine_->pending(), 0U);
  EXPECT_EQ(engine_->in_memory(), 0U);
  EXPECT_EQ(engine_->oldest(), std::nullopt);
  check();
}

// What is owed, and what became of the rest; and what the store has of it.
void World::check() {
  EXPECT_EQ(stored_, disk_.owed() + delivered_ + dead_lettered_ + dropped_);
  EXPECT_LE(engine_->in_memory(), kLanes.size() * kLimits.window_max);
  // What a search gave up is settled on the pager's loop.
  pager_->restart();
  pager_->poll();
  poll();
  if (store_->waiting() == 0) EXPECT_EQ(engine_->pending(), disk_.owed());
  const store::MemoryStore& content = disk_.content();
  EXPECT_EQ(content.size(store::Table::Message), dead_lettered_);
  std::map<store::EventKey, std::size_t> left;  // deliveries of each event
  const auto check_due = [&](std::string_view key, std::string_view value) {
    const auto due = store::decode_due_key(key);
    const auto delivery = decode_due(key, value);
    EXPECT_TRUE(delivery.ok());
    EXPECT_TRUE(content.get(store::Table::Meta, store::lane_key(due->lane))->has_value());
    const bool is_marked =
        content.get(store::Table::Delivery, store::encode(due->delivery))->has_value();
    EXPECT_EQ(is_marked, delivery->routes > 1);
    return ++left[due->delivery.event] > 0;
  };
  EXPECT_TRUE(content.scan(store::Table::Due, {}, check_due).ok());
  EXPECT_EQ(content.size(store::Table::Event), left.size());
  for (const auto& [event, count] : left) {
    EXPECT_TRUE(content.get(store::Table::Event, store::encode(event))->has_value());
  }
  const auto check_mark = [&](std::string_view key, std::string_view) {
    EXPECT_TRUE(disk_.due_at(*store::decode_delivery_key(key)));
    return true;
  };
  EXPECT_TRUE(content.scan(store::Table::Delivery, {}, check_mark).ok());
}

}  // namespace rialto::delivery
