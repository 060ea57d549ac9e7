#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>

#include "cli/api_client.h"
#include "cli/commands.h"
#include "json/read.h"
#include "json/write.h"

namespace rialto::cli {
namespace {

// PutEvents takes no more (docs/spec/01 §2).
constexpr std::size_t kEntriesPerCall = 10;
// Envelopes of one request; our figure, well below the 10 MB of a body.
constexpr std::size_t kEnvelopesPerCall = 100;

Result<std::string> read_file(const std::string& path) {
  if (path == "-") {
    return std::string(std::istreambuf_iterator<char>(std::cin), {});
  }
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(Code::NotFound, "Cannot read " + path + ".");
  return std::string(std::istreambuf_iterator<char>(in), {});
}

bool is_envelope(const json::Value& item) { return item.find("detail-type") != nullptr; }

// An entry as the API takes it: a Detail that is written as an object becomes the text of it.
json::Value to_entry(json::Value item, const PutOptions& options) {
  if (json::Value* detail = item.find("Detail"); detail != nullptr && detail->is_object()) {
    *detail = json::Value(json::write(*detail));
  }
  if (options.bus && item.is_object() && item.find("EventBusName") == nullptr) {
    item.add("EventBusName", *options.bus);
  }
  return item;
}

Result<std::vector<json::Value>> gather(const PutOptions& options) {
  if (!options.source && !options.detail_type && !options.detail) {
    RIALTO_TRY(const std::string text, read_file(options.file));
    return json::read_items(text);
  }
  json::Object entry;
  if (options.source) entry.push_back({"Source", *options.source});
  if (options.detail_type) entry.push_back({"DetailType", *options.detail_type});
  entry.push_back({"Detail", options.detail.value_or("{}")});
  return std::vector<json::Value>{json::Value(std::move(entry))};
}

// Prints what became of each entry; answers how many failed.
std::size_t print_results(const json::Value& answer) {
  std::size_t failed = 0;
  const json::Value* entries = answer.find("Entries");
  if (entries == nullptr || !entries->is_array()) return 0;
  for (const json::Value& entry : entries->items()) {
    if (const json::Value* id = entry.find("EventId")) {
      std::printf("%s\n", id->as_string().c_str());
      continue;
    }
    ++failed;
    std::fprintf(stderr, "rialto put: %s\n", json::write(entry).c_str());
  }
  return failed;
}

Task<Result<std::size_t>> put_entries(ApiClient* client, std::vector<json::Value> entries) {
  std::size_t failed = 0;
  for (std::size_t at = 0; at < entries.size(); at += kEntriesPerCall) {
    json::Array group;
    for (std::size_t i = at; i < std::min(at + kEntriesPerCall, entries.size()); ++i) {
      group.push_back(std::move(entries[i]));
    }
    json::Value input{json::Object{{"Entries", std::move(group)}}};
    RIALTO_CO_TRY(const auto answer,
                  co_await client->call("AWSEvents.PutEvents", std::move(input)));
    failed += print_results(answer);
  }
  co_return failed;
}

Task<Result<>> put_envelopes(ApiClient* client, std::vector<json::Value> envelopes,
                             std::string bus) {
  const std::string path = "/_rialto/events" + (bus.empty() ? "" : "?bus=" + bus);
  std::int64_t accepted = 0;
  for (std::size_t at = 0; at < envelopes.size(); at += kEnvelopesPerCall) {
    std::string lines;
    std::size_t count = 0;
    for (std::size_t i = at; i < std::min(at + kEnvelopesPerCall, envelopes.size()); ++i) {
      json::append(lines, envelopes[i]);
      lines += '\n';
      ++count;
    }
    RIALTO_CO_TRY_VOID(co_await client->ask("POST", path, std::move(lines)));
    accepted += static_cast<std::int64_t>(count);
  }
  if (accepted > 0) std::printf("%lld accepted\n", static_cast<long long>(accepted));
  co_return Result<>();
}

Task<Result<std::size_t>> put_all(PutOptions options) {
  RIALTO_CO_TRY(auto items, gather(options));
  std::vector<json::Value> entries, envelopes;
  for (json::Value& item : items) {
    if (is_envelope(item)) {
      envelopes.push_back(std::move(item));
    } else {
      entries.push_back(to_entry(std::move(item), options));
    }
  }
  RIALTO_CO_TRY(auto client, ApiClient::make(options.connection));
  RIALTO_CO_TRY_VOID(
      co_await put_envelopes(&client, std::move(envelopes), options.bus.value_or("")));
  co_return co_await put_entries(&client, std::move(entries));
}

Task<int> put_and_report(PutOptions options) {
  const auto failed = co_await put_all(std::move(options));
  if (!failed.ok()) {
    std::fprintf(stderr, "rialto put: %s\n", failed.error().message.c_str());
    co_return 2;
  }
  co_return *failed == 0 ? 0 : 1;
}

}  // namespace

int put(const PutOptions& options) { return run(put_and_report(options)); }

}  // namespace rialto::cli
