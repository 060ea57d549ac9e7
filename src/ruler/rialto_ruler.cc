// The C face: no logic of its own. `noexcept` is what keeps std::bad_alloc from crossing it.
#include "ruler/rialto_ruler.h"

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/check.h"
#include "base/version.h"
#include "json/write.h"
#include "ruler/rule_set.h"

static_assert(std::is_same_v<rialto::ruler::RuleId, uint64_t>);

struct rialto_ruler_rules {
  rialto::ruler::RuleSet set;
  std::string error;
};

struct rialto_ruler_snapshot {
  rialto::ruler::Snapshot snapshot;
};

struct rialto_ruler_scratch {
  rialto::ruler::Scratch scratch;
  std::string error;
  std::string json;
};

namespace {

using rialto::ruler::NearMiss;

std::string_view view(const char* text, size_t length) {
  RIALTO_CHECK(text != nullptr || length == 0, "text of some length is NULL");
  return {text, length};
}

void append(std::string& out, const NearMiss& miss) {
  out += "{\"id\":" + std::to_string(miss.id) + ",\"path\":";
  rialto::json::append_quoted(out, miss.path);
  out += ",\"condition\":" + (miss.condition.empty() ? "[]" : miss.condition) + ",\"found\":[";
  for (std::size_t i = 0; i < miss.found.size(); ++i) {
    if (i > 0) out += ',';
    out += miss.found[i];
  }
  out += std::string("],\"conflict\":") + (miss.is_conflict ? "true}" : "false}");
}

}  // namespace

extern "C" {

const char* rialto_ruler_version() noexcept { return rialto::kVersion.data(); }

rialto_ruler_rules* rialto_ruler_rules_new() noexcept { return new rialto_ruler_rules; }

void rialto_ruler_rules_free(rialto_ruler_rules* rules) noexcept { delete rules; }

rialto_ruler_status rialto_ruler_put(rialto_ruler_rules* rules, uint64_t id, const char* pattern,
                                     size_t length) noexcept {
  RIALTO_CHECK(rules != nullptr, "the rules are NULL");
  rules->error.clear();
  rialto::Result<> done = rules->set.put(id, view(pattern, length));
  if (done.ok()) return RIALTO_RULER_OK;
  rules->error = std::move(done).error().message;
  return RIALTO_RULER_INVALID;
}

bool rialto_ruler_remove(rialto_ruler_rules* rules, uint64_t id) noexcept {
  RIALTO_CHECK(rules != nullptr, "the rules are NULL");
  return rules->set.remove(id);
}

size_t rialto_ruler_size(const rialto_ruler_rules* rules) noexcept {
  RIALTO_CHECK(rules != nullptr, "the rules are NULL");
  return rules->set.size();
}

const char* rialto_ruler_rules_error(const rialto_ruler_rules* rules) noexcept {
  RIALTO_CHECK(rules != nullptr, "the rules are NULL");
  return rules->error.c_str();
}

rialto_ruler_snapshot* rialto_ruler_snapshot_new(rialto_ruler_rules* rules) noexcept {
  RIALTO_CHECK(rules != nullptr, "the rules are NULL");
  return new rialto_ruler_snapshot{rules->set.snapshot()};
}

rialto_ruler_snapshot* rialto_ruler_snapshot_share(const rialto_ruler_snapshot* snapshot) noexcept {
  RIALTO_CHECK(snapshot != nullptr, "the snapshot is NULL");
  return new rialto_ruler_snapshot(*snapshot);
}

void rialto_ruler_snapshot_free(rialto_ruler_snapshot* snapshot) noexcept { delete snapshot; }

size_t rialto_ruler_snapshot_size(const rialto_ruler_snapshot* snapshot) noexcept {
  RIALTO_CHECK(snapshot != nullptr, "the snapshot is NULL");
  return snapshot->snapshot.size();
}

rialto_ruler_scratch* rialto_ruler_scratch_new() noexcept { return new rialto_ruler_scratch; }

void rialto_ruler_scratch_free(rialto_ruler_scratch* scratch) noexcept { delete scratch; }

rialto_ruler_status rialto_ruler_match(const rialto_ruler_snapshot* snapshot, const char* event,
                                       size_t length, rialto_ruler_scratch* scratch,
                                       const uint64_t** ids, size_t* count) noexcept {
  RIALTO_CHECK(snapshot != nullptr && scratch != nullptr && ids != nullptr && count != nullptr,
               "an argument is NULL");
  scratch->error.clear();
  *ids = nullptr;
  *count = 0;
  auto matched = snapshot->snapshot.match(view(event, length), scratch->scratch);
  if (!matched.ok()) {
    scratch->error = std::move(matched).error().message;
    return RIALTO_RULER_INVALID;
  }
  *ids = matched->data();
  *count = matched->size();
  return RIALTO_RULER_OK;
}

void rialto_ruler_match_trusted(const rialto_ruler_snapshot* snapshot, const char* event,
                                size_t length, rialto_ruler_scratch* scratch, const uint64_t** ids,
                                size_t* count) noexcept {
  RIALTO_CHECK(snapshot != nullptr && scratch != nullptr && ids != nullptr && count != nullptr,
               "an argument is NULL");
  scratch->error.clear();
  const auto matched = snapshot->snapshot.match_trusted(view(event, length), scratch->scratch);
  *ids = matched.data();
  *count = matched.size();
}

rialto_ruler_status rialto_ruler_explain(const rialto_ruler_snapshot* snapshot, const char* event,
                                         size_t length, size_t limit, rialto_ruler_scratch* scratch,
                                         const char** json) noexcept {
  RIALTO_CHECK(snapshot != nullptr && scratch != nullptr && json != nullptr, "an argument is NULL");
  scratch->error.clear();
  scratch->json = "[";
  auto misses = snapshot->snapshot.explain(view(event, length), limit);
  if (misses.ok()) {
    for (const NearMiss& miss : *misses) {
      if (scratch->json.size() > 1) scratch->json += ',';
      append(scratch->json, miss);
    }
  } else {
    scratch->error = std::move(misses).error().message;
  }
  scratch->json += ']';
  *json = scratch->json.c_str();
  return misses.ok() ? RIALTO_RULER_OK : RIALTO_RULER_INVALID;
}

const char* rialto_ruler_scratch_error(const rialto_ruler_scratch* scratch) noexcept {
  RIALTO_CHECK(scratch != nullptr, "the scratch is NULL");
  return scratch->error.c_str();
}

}  // extern "C"
