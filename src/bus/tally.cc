#include "bus/tally.h"

#include <algorithm>
#include <numeric>

#include "base/bytes.h"

namespace rialto::bus {
namespace {

constexpr std::uint8_t kTallyVersion = 1;
constexpr std::int64_t kHourMillis = 3'600'000;

}  // namespace

Hour hour_of(TimePoint time) {
  return static_cast<Hour>(std::max<std::int64_t>(0, to_millis(time)) / kHourMillis);
}

TimePoint start_of(Hour hour) { return from_millis(hour * kHourMillis); }

void Totals::add(const Totals& other) {
  events += other.events;
  bytes += other.bytes;
  first_ms = std::min(first_ms, other.first_ms);
  last_ms = std::max(last_ms, other.last_ms);
}

std::string encode(const Totals& totals) {
  std::string out(1, static_cast<char>(kTallyVersion));
  append_u64(out, totals.events);
  append_u64(out, totals.bytes);
  append_u64(out, static_cast<std::uint64_t>(totals.first_ms));
  append_u64(out, static_cast<std::uint64_t>(totals.last_ms));
  return out;
}

Result<Totals> decode_totals(std::string_view bytes) {
  ByteReader reader(bytes);
  const std::uint8_t version = reader.u8();
  Totals totals;
  totals.events = reader.u64();
  totals.bytes = reader.u64();
  totals.first_ms = static_cast<std::int64_t>(reader.u64());
  totals.last_ms = static_cast<std::int64_t>(reader.u64());
  if (!reader.is_at_end() || version != kTallyVersion) {
    return fail(Code::Corruption, "A stored tally of an archive cannot be read.");
  }
  return totals;
}

void Tally::restore(Hour hour, std::uint32_t cell, const Totals& totals) {
  const std::lock_guard guard(mutex_);
  Cells& of = hours_[hour];
  if (of.cells.size() <= cell) of.cells.resize(cell + 1);
  of.cells[cell] = totals;
  of.sum.add(totals);
}

void Tally::finish_restore() {
  const std::lock_guard guard(mutex_);
  for (auto& [hour, of] : hours_) {
    of.free.resize(of.cells.size());
    std::iota(of.free.rbegin(), of.free.rend(), 0U);
  }
}

Tally::Ticket Tally::enter(store::Batch& batch, Hour hour, const Totals& added) {
  Ticket ticket{.hour = hour, .cell = 0, .after = added, .added = added};
  {
    const std::lock_guard guard(mutex_);
    Cells& of = hours_[hour];
    if (of.free.empty()) {
      of.free.push_back(static_cast<std::uint32_t>(of.cells.size()));
      of.cells.emplace_back();
    }
    ticket.cell = of.free.back();
    of.free.pop_back();
    ticket.after.add(of.cells[ticket.cell]);
  }
  batch.put(store::Table::Meta, store::encode(store::TallyKey{archive_, hour, ticket.cell}),
            encode(ticket.after));
  return ticket;
}

void Tally::leave(const Ticket& ticket, bool is_durable) {
  const std::lock_guard guard(mutex_);
  const auto found = hours_.find(ticket.hour);
  if (found == hours_.end() || found->second.cells.size() <= ticket.cell) return;  // forgotten
  Cells& of = found->second;
  of.free.push_back(ticket.cell);
  if (!is_durable) return;
  of.cells[ticket.cell] = ticket.after;
  of.sum.add(ticket.added);
}

Totals Tally::totals() const {
  const std::lock_guard guard(mutex_);
  Totals out;
  for (const auto& [hour, of] : hours_) out.add(of.sum);
  return out;
}

std::map<Hour, Totals> Tally::by_hour() const {
  const std::lock_guard guard(mutex_);
  std::map<Hour, Totals> out;
  for (const auto& [hour, of] : hours_) {
    if (of.sum.events > 0) out.emplace(hour, of.sum);
  }
  return out;
}

std::vector<Hour> Tally::expire(store::Batch& batch, Hour end) const {
  const std::lock_guard guard(mutex_);
  std::vector<Hour> out;
  for (const auto& [hour, of] : hours_) {
    if (hour >= end) break;
    if (!of.is_idle()) continue;
    out.push_back(hour);
    const auto events = store::prefix_range(store::archived_prefix(archive_, hour));
    batch.erase_range(store::Table::Archive, events.from, events.to);
    const auto cells = store::prefix_range(store::tally_prefix(archive_, hour));
    batch.erase_range(store::Table::Meta, cells.from, cells.to);
  }
  return out;
}

void Tally::forget(const std::vector<Hour>& hours) {
  const std::lock_guard guard(mutex_);
  for (const Hour hour : hours) hours_.erase(hour);
}

Tally::Folding Tally::begin_fold(Hour end) {
  const std::lock_guard guard(mutex_);
  Folding out;
  for (auto& [hour, of] : hours_) {
    if (hour >= end) break;
    if (of.cells.size() < 2 || !of.is_idle()) continue;
    of.free.clear();  // nobody else writes these cells meanwhile
    out.hours.push_back({hour, of.cells.size(), of.sum});
    for (std::uint32_t cell = 0; cell < of.cells.size(); ++cell) {
      const std::string key = store::encode(store::TallyKey{archive_, hour, cell});
      if (cell == 0) {
        out.batch.put(store::Table::Meta, key, encode(of.sum));
      } else {
        out.batch.erase(store::Table::Meta, key);
      }
    }
  }
  return out;
}

void Tally::finish_fold(const std::vector<Folded>& hours, bool is_durable) {
  const std::lock_guard guard(mutex_);
  for (const Folded& folded : hours) {
    const auto found = hours_.find(folded.hour);
    if (found == hours_.end()) continue;
    Cells& of = found->second;
    if (is_durable && of.cells.size() == folded.cells) {
      of.cells.assign(1, folded.sum);
      of.free.assign(1, 0);
      continue;
    }
    for (std::size_t cell = folded.cells; cell-- > 0;) {
      if (is_durable) of.cells[cell] = cell == 0 ? folded.sum : Totals();
      of.free.push_back(static_cast<std::uint32_t>(cell));
    }
  }
}

Result<> Tallies::load(const store::Store& store) {
  Result<> outcome;
  const auto visit = [&](std::string_view key, std::string_view value) {
    const auto at = store::decode_tally_key(key);
    auto totals = decode_totals(value);
    if (!at || !totals.ok()) {
      outcome = fail(Code::Corruption, "A stored tally of an archive cannot be read.");
      return false;
    }
    of(at->archive)->restore(at->hour, at->cell, *totals);
    return true;
  };
  RIALTO_TRY_VOID(
      store.scan(store::Table::Meta, store::prefix_range(store::tally_prefix()), visit));
  RIALTO_TRY_VOID(outcome);
  const std::lock_guard guard(mutex_);
  for (const auto& [id, tally] : tallies_) tally->finish_restore();
  return {};
}

std::shared_ptr<Tally> Tallies::of(store::ArchiveId archive) {
  const std::lock_guard guard(mutex_);
  auto& tally = tallies_[archive];
  if (!tally) tally = std::make_shared<Tally>(archive);
  return tally;
}

void Tallies::forget(store::ArchiveId archive) {
  const std::lock_guard guard(mutex_);
  tallies_.erase(archive);
}

void Tallies::clear() {
  const std::lock_guard guard(mutex_);
  tallies_.clear();
}

std::vector<store::ArchiveId> Tallies::ids() const {
  const std::lock_guard guard(mutex_);
  std::vector<store::ArchiveId> out;
  for (const auto& [id, tally] : tallies_) out.push_back(id);
  return out;
}

}  // namespace rialto::bus
