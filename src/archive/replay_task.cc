// One replay's task. Whatever writes the replay's record has its turn: this task for each step, and
// CancelReplay between two of them.
#include <algorithm>

#include "archive/replays.h"
#include "base/log.h"

namespace rialto::archive {
namespace {

// How long a replay waits before it asks again whether there is room for deliveries, and before it
// tries the store again.
constexpr Millis kRoomRetry{20};
constexpr Millis kStoreRetry{1'000};
constexpr Millis kYield{1};

// The longest pause at once: a clock that is moved is noticed soon.
constexpr Millis kPauseMax{1'000};

// With a pace of its own, a replay puts no more at once than may be put within this time.
constexpr Millis kPaceGrain{20};

}  // namespace

void Replays::spawn(std::shared_ptr<One> one) {
  ++running_;
  const std::size_t loop =
      std::hash<std::string>()(record_of(*one).name) % services_.runtime.size();
  tasks_.spawn(services_.runtime.executor(loop), "replay", run(std::move(one)));
}

bool Replays::is_over(const One& one) const { return is_stopping_ || one.is_forgotten; }

Task<> Replays::run(std::shared_ptr<One> one) {
  Next next;
  while (!next.is_over && !is_over(*one)) {
    co_await one->turn.take();
    if (!is_over(*one)) next = co_await advance(one);
    one->turn.pass();
    if (next.wait.count() > 0) co_await pause(one, next.wait);
  }
  one->reader.reset();
  one->page = {};
  --running_;
  idle_.notify_all();
}

Task<> Replays::pause(std::shared_ptr<One> one, Millis time) {
  const auto waiter = co_await one->wake.make_waiter();
  one->wake.enlist(waiter);
  const bool is_cancelling = record_of(*one).state == model::ReplayState::Cancelling;
  if (!is_cancelling && !is_over(*one)) co_await waiter->wait(std::min(time, kPauseMax));
  one->wake.leave(waiter);
}

Task<Replays::Next> Replays::advance(std::shared_ptr<One> one) {
  const model::Replay record = record_of(*one);
  if (record.state == model::ReplayState::Cancelling) {
    co_return co_await finish(one, model::ReplayState::Cancelled, {});
  }
  if (record.state == model::ReplayState::Starting) co_return co_await begin(one);
  if (one->page.is_empty()) {
    const Result<> read = read_page(*one, record);
    if (!read.ok()) co_return co_await fail_or_wait(one, read.error());
  }
  if (one->page.is_empty()) {
    // A page without the event that is looked for: others have their turn before the next.
    if (!one->is_at_end) co_return Next{.wait = kYield};
    co_return co_await finish(one, model::ReplayState::Completed, {});
  }
  Next next;
  const std::size_t count = count_due(*one, next.wait);
  if (count == 0) co_return next;
  co_return co_await put_page(one, record, count);
}

Task<Replays::Next> Replays::begin(std::shared_ptr<One> one) {
  model::Replay record = record_of(*one);
  record.state = model::ReplayState::Running;
  log::info("replay.running", {{"replay", record.arn()}});
  const Result<> stored = co_await store_record(one, std::move(record));
  co_return Next{.wait = stored.ok() ? Millis(0) : kStoreRetry};
}

Task<Replays::Next> Replays::finish(std::shared_ptr<One> one, model::ReplayState state,
                                    std::string reason) {
  model::Replay record = record_of(*one);
  record.state = state;
  record.ended_at = services_.clock.now();
  if (!reason.empty()) record.state_reason = std::move(reason);
  log::info(
      "replay.ended",
      {{"replay", record.arn()}, {"state", model::to_text(state)}, {"events", record.replayed}});
  const Result<> stored = co_await store_record(one, std::move(record));
  co_return Next{.is_over = stored.ok(), .wait = stored.ok() ? Millis(0) : kStoreRetry};
}

Task<Replays::Next> Replays::fail_or_wait(std::shared_ptr<One> one, Error error) {
  if (error.code == Code::Unavailable || error.code == Code::Cancelled) {
    co_return Next{.wait = kStoreRetry};
  }
  co_return co_await finish(one, model::ReplayState::Failed, std::move(error.message));
}

Result<> Replays::open(One& one, const model::Replay& record) {
  RIALTO_TRY(
      const auto archive,
      services_.archives.get({.account = record.account, .region = record.region}, record.archive));
  if (archive.id != record.archive_id) return no_such_archive(record.archive);
  const Window window{record.from, record.to, services_.archives.kept_since(archive)};
  one.reader.emplace(services_.store, archive.id, services_.archives.by_hour(archive), window,
                     record.cursor);
  one.pace = Pace(record);
  return {};
}

// Leaves the page empty at the end of the archive, and when it has none of the events asked for.
Result<> Replays::read_page(One& one, const model::Replay& record) {
  if (!one.reader) RIALTO_TRY_VOID(open(one, record));
  auto replayed = std::make_shared<bus::ReplayedEvents>();
  replayed->bus = {.region = record.region, .account = record.account, .name = record.bus};
  replayed->replay = record.name;
  replayed->rule_arns.insert(record.filter_arns.begin(), record.filter_arns.end());
  RIALTO_TRY(auto events, one.reader->next(limits_.page));
  one.is_at_end = events.empty();
  Page page;
  for (ArchivedEvent& event : events) {
    if (record.only_event && model::id_of(event.text) != *record.only_event) continue;
    page.cursors.push_back(event.cursor);
    page.accepted_at.push_back(event.accepted_at);
    replayed->events.push_back({std::move(event.text), event.hops});
  }
  page.events = std::move(replayed);
  one.page = std::move(page);
  return {};
}

// How many events of the page may be put now; when none may, how long to wait.
std::size_t Replays::count_due(One& one, Millis& wait) {
  const Page& page = one.page;
  const std::size_t left = page.cursors.size() - page.at;
  if (one.pace.is_free()) return left;
  const TimePoint now = services_.clock.now();
  for (std::size_t count = 0; count < left; ++count) {
    wait = one.pace.wait(now, page.accepted_at[page.at + count], count);
    if (wait.count() == 0) continue;
    if (count == 0) wait = std::max(wait, kPaceGrain);
    return count;
  }
  return left;
}

Task<Replays::Next> Replays::put_page(std::shared_ptr<One> one, model::Replay record,
                                      std::size_t count) {
  const auto with_progress = [one, record](std::size_t taken) {
    model::Replay out = record;
    out.cursor = one->page.cursors[one->page.at + taken - 1];
    out.last_event_at = from_millis(out.cursor->time_ms);
    out.replayed += static_cast<std::int64_t>(taken);
    return out;
  };
  const auto keep = [with_progress](store::Batch& batch, std::size_t taken) {
    const model::Replay after = with_progress(taken);
    const store::Scope scope{.account = after.account, .region = after.region};
    batch.put(store::Table::Resource, store::replay_key(scope, after.name), model::encode(after));
  };
  const auto taken = co_await services_.ingest.replay(one->page.events, one->page.at, count, keep);
  if (!taken.ok()) co_return co_await fail_or_wait(one, taken.error());
  if (*taken == 0) co_return Next{.wait = kRoomRetry};
  set_record(*one, with_progress(*taken));
  one->page.at += *taken;
  one->pace.put(*taken);
  co_return Next{};
}

}  // namespace rialto::archive
