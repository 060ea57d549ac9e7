// Queues: making, changing and removing queues, and reading them back at start.
//
// Changes run one after the other, so that two that create the same queue see each other; each is
// durable before anybody sees it.
#include <limits>
#include <set>

#include "base/bytes.h"
#include "base/log.h"
#include "queue/engine/mover.h"
#include "queue/engine/queue.h"
#include "queue/queues.h"

namespace rialto::queue {

using store::MessageKey;
using store::Table;

Task<Result<>> Queues::create(Scope scope, std::string queue, Settings settings, Tags tags) {
  co_await turn_.take();
  Result<> outcome = co_await create_alone(std::move(scope), std::move(queue), std::move(settings),
                                           std::move(tags));
  turn_.pass();
  co_return outcome;
}

Task<Result<>> Queues::change(Scope scope, std::string queue, Change change) {
  co_await turn_.take();
  Result<> outcome = co_await change_alone(std::move(scope), std::move(queue), std::move(change));
  turn_.pass();
  co_return outcome;
}

Task<Result<>> Queues::remove(Scope scope, std::string queue) {
  co_await turn_.take();
  Result<> outcome = co_await remove_named(std::move(scope), std::move(queue));
  turn_.pass();
  co_return outcome;
}

Task<Result<>> Queues::reset() {
  co_await turn_.take();
  Result<> outcome = co_await remove_alone(all());
  turn_.pass();
  co_return outcome;
}

Task<Result<>> Queues::create_alone(Scope scope, std::string queue, Settings settings, Tags tags) {
  if (find(scope, queue)) {
    co_return fail(Code::AlreadyExists, "A queue named " + queue + " exists.", kQueueNameExists);
  }
  RIALTO_CO_TRY(const auto last_id, store_.get(Table::Meta, store::kLastQueueIdKey));
  const std::uint64_t id = last_id ? ByteReader(*last_id).u64() + 1 : 1;
  if (id > std::numeric_limits<store::QueueId>::max()) {
    co_return fail(Code::LimitExceeded, "No more queues can be made in this data directory.");
  }
  const TimePoint now = clock_.now();
  Identity identity{
      .id = static_cast<store::QueueId>(id), .scope = scope, .name = queue, .created_at = now};
  QueueInfo info{.name = queue,
                 .settings = std::move(settings),
                 .tags = std::move(tags),
                 .created_at = now,
                 .modified_at = now};
  store::Batch batch;
  batch.put(Table::Meta, store::kLastQueueIdKey, encode_u64(id));
  batch.put(Table::Resource, store::queue_key(scope, queue), encode_resource(identity, info));
  RIALTO_CO_TRY_VOID(co_await store_.commit(std::move(batch)));
  auto made = std::make_shared<Queue>(std::move(identity), std::move(info),
                                      Surroundings{store_, clock_, ids_, options_, rows_});
  made->finish_restore(0);
  const std::unique_lock guard(queues_mutex_);
  queues_[scope].emplace(queue, std::move(made));
  co_return Result<>();
}

Task<Result<>> Queues::change_alone(Scope scope, std::string queue, Change change) {
  RIALTO_CO_TRY(const std::shared_ptr<Queue> found, get(scope, queue));
  const QueueInfo before = found->info();
  QueueInfo after = before;
  RIALTO_CO_TRY_VOID(change(after.settings, after.tags));
  const bool is_changed = after.settings != before.settings;
  if (!is_changed && after.tags == before.tags) co_return Result<>();
  if (is_changed) after.modified_at = clock_.now();
  store::Batch batch;
  batch.put(Table::Resource, store::queue_key(scope, queue),
            encode_resource(found->identity(), after));
  RIALTO_CO_TRY_VOID(co_await store_.commit(std::move(batch)));
  found->set_info(std::move(after));
  co_return Result<>();
}

Task<Result<>> Queues::remove_named(Scope scope, std::string queue) {
  RIALTO_CO_TRY(std::shared_ptr<Queue> found, get(scope, queue));
  std::vector<std::shared_ptr<Queue>> one;
  one.push_back(std::move(found));
  co_return co_await remove_alone(std::move(one));
}

Task<Result<>> Queues::remove_alone(std::vector<std::shared_ptr<Queue>> queues) {
  store::Batch batch;
  for (const auto& queue : queues) {
    queue->close();
    queue->erase_all(batch);
  }
  const Result<> outcome = co_await store_.commit(std::move(batch));
  if (!outcome.ok()) {
    for (const auto& queue : queues) queue->reopen();
    co_return outcome;
  }
  {
    const std::unique_lock guard(queues_mutex_);
    for (const auto& queue : queues) {
      queues_[queue->identity().scope].erase(queue->identity().name);
    }
  }
  for (const auto& queue : queues) queue->finish_remove();
  co_return Result<>();
}

Result<> Queues::load() {
  RIALTO_TRY_VOID(load_resources());
  RIALTO_TRY_VOID(load_messages());
  RIALTO_TRY_VOID(load_deduplication());
  return mover_->load();
}

Result<> Queues::load_resources() {
  Result<> outcome;
  RIALTO_TRY_VOID(store_.scan(
      Table::Resource, store::prefix_range(store::resource_prefix(store::ResourceKind::Queue)),
      [&](std::string_view, std::string_view value) {
        auto decoded = decode_resource(value);
        if (!decoded.ok()) {
          outcome = std::move(decoded).error();
          return false;
        }
        auto& [identity, info] = *decoded;
        const Scope scope = identity.scope;
        const std::string name = identity.name;
        queues_[scope].emplace(
            name, std::make_shared<Queue>(std::move(identity), std::move(info),
                                          Surroundings{store_, clock_, ids_, options_, rows_}));
        return true;
      }));
  return outcome;
}

namespace {

using States = std::vector<std::pair<MessageKey, ReceiveState>>;

// In order of the keys.
Result<States> read_states(const store::Store& store) {
  States out;
  bool is_good = true;
  RIALTO_TRY_VOID(
      store.scan(Table::MessageState, {}, [&](std::string_view key, std::string_view value) {
        const auto message = store::decode_message_key(key);
        const auto state = decode_state(value);
        is_good = message && state;
        if (is_good) out.emplace_back(*message, *state);
        return is_good;
      }));
  if (!is_good) return fail(Code::Corruption, "A stored receive state cannot be read.");
  return out;
}

// Walks over messages and states together, both in order of their keys.
class Restorer {
 public:
  Restorer(const States& states, const std::map<store::QueueId, Queue*>& queues)
      : states_(states), queues_(queues) {}

  void message(MessageKey key, std::string_view value) {
    if (!current_ || current_id_ != key.queue) {
      const auto found = queues_.find(key.queue);
      current_ = found == queues_.end() ? nullptr : found->second;
      current_id_ = key.queue;
    }
    if (!current_) {
      orphans_.insert(key.queue);
      return;
    }
    skip_states_below(key);
    Found found{.sequence = key.sequence};
    if (current_->is_fifo()) found.place = decode_place(value).value_or(Place());
    if (at_ < states_.size() && states_[at_].first == key) found.state = states_[at_++].second;
    current_->restore(std::move(found));
  }

  // What is left over belongs to no message: of queues and messages that were removed while
  // something of theirs was on its way to the disk.
  store::Batch leftovers() {
    skip_states_below(
        {std::numeric_limits<store::QueueId>::max(), std::numeric_limits<Sequence>::max()});
    for (const store::QueueId queue : orphans_) {
      const store::Range all = store::prefix_range(store::message_prefix(queue));
      leftovers_.erase_range(Table::Message, all.from, all.to);
      leftovers_.erase_range(Table::MessageState, all.from, all.to);
    }
    return std::move(leftovers_);
  }

 private:
  void skip_states_below(MessageKey key) {
    for (; at_ < states_.size() && states_[at_].first < key; ++at_) {
      leftovers_.erase(Table::MessageState, encode(states_[at_].first));
    }
  }

  const States& states_;
  const std::map<store::QueueId, Queue*>& queues_;
  std::size_t at_ = 0;
  Queue* current_ = nullptr;
  store::QueueId current_id_ = 0;
  std::set<store::QueueId> orphans_;
  store::Batch leftovers_;
};

}  // namespace

Result<> Queues::load_messages() {
  std::map<store::QueueId, Queue*> by_id;
  for (const auto& queue : all()) by_id.emplace(queue->identity().id, queue.get());
  RIALTO_TRY(const States states, read_states(store_));
  Restorer restorer(states, by_id);
  bool is_good = true;
  // All of them, because the counts shall be right from the start.
  RIALTO_TRY_VOID(
      store_.scan(Table::Message, {}, [&](std::string_view key, std::string_view value) {
        const auto message = store::decode_message_key(key);
        is_good = message.has_value();
        if (message) restorer.message(*message, value);
        return is_good;
      }));
  if (!is_good) return fail(Code::Corruption, "The key of a stored message cannot be read.");
  for (const auto& [id, queue] : by_id) {
    RIALTO_TRY(const auto reserved, store_.get(Table::Meta, store::queue_sequence_key(id)));
    queue->finish_restore(reserved ? ByteReader(*reserved).u64() : 0);
  }
  if (store::Batch leftovers = restorer.leftovers(); !leftovers.empty()) {
    store_.submit(std::move(leftovers), [](const Result<>& outcome) {
      if (!outcome.ok()) log::warn("queue.leftovers", {{"error", outcome.error().message}});
    });
  }
  return {};
}

Result<> Queues::load_deduplication() {
  std::map<store::QueueId, Queue*> by_id;
  for (const auto& queue : all()) by_id.emplace(queue->identity().id, queue.get());
  const TimePoint oldest = clock_.now() - DeduplicationWindow::kInterval;
  bool is_good = true;
  store::Batch leftovers;
  RIALTO_TRY_VOID(
      store_.scan(Table::Deduplication, {}, [&](std::string_view key, std::string_view value) {
        const auto message = store::decode_message_key(key);
        const auto stored = decode_deduplication(value);
        is_good = message && stored;
        if (!is_good) return false;
        const auto queue = by_id.find(message->queue);
        if (queue == by_id.end() || stored->sent_at <= oldest) {
          leftovers.erase(Table::Deduplication, key);
        } else {
          queue->second->restore(message->sequence, *stored);
        }
        return true;
      }));
  if (!is_good) return fail(Code::Corruption, "A stored deduplication id cannot be read.");
  if (!leftovers.empty()) store_.submit(std::move(leftovers), [](const Result<>&) {});
  return {};
}

}  // namespace rialto::queue
