#include "server/targets_page.h"

#include <map>
#include <vector>

#include "net/task_group.h"
#include "targets/facts.h"

namespace rialto::server {
namespace {

constexpr std::chrono::seconds kPatience{2};

Task<> probe(http::Sender* sender, std::string url, bool* answers) {
  http::Call call;
  call.method = "GET";
  call.url = std::move(url);
  call.timeout = kPatience;
  call.is_trusted = true;
  const auto answer = co_await sender->send(std::move(call));
  *answers = answer.ok();
}

// By URL, for each that is not AWS's.
Task<std::map<std::string, bool>> probe_all(http::Sender* sender, std::vector<std::string> urls) {
  std::map<std::string, bool> out;
  for (std::string& url : urls) out.try_emplace(std::move(url), false);
  std::vector<std::pair<const std::string, bool>*> places;
  for (auto& place : out) places.push_back(&place);
  co_await net::run_together(places.size(), [sender, &places](std::size_t i) {
    return probe(sender, places[i]->first + "/", &places[i]->second);
  });
  co_return out;
}

}  // namespace

Task<json::Value> show_targets(const targets::Endpoints* endpoints, http::Sender* sender,
                               model::Scope scope) {
  std::vector<std::string> urls;
  const auto types = targets::type_facts();
  for (const targets::TypeFacts& type : types) {
    const auto found = endpoints->find(type.service, scope.account, scope.region);
    if (!type.service.empty() && found && !found->is_aws) urls.emplace_back(found->url);
  }
  const auto answers = co_await probe_all(sender, std::move(urls));
  json::Array rows;
  for (const targets::TypeFacts& type : types) {
    json::Object row{{"Type", type.name}, {"Arn", type.arn_form}, {"Call", type.call}};
    if (!type.service.empty()) {
      row.push_back({"Service", type.service});
      const auto found = endpoints->find(type.service, scope.account, scope.region);
      if (found) {
        row.push_back({"Endpoint", found->url});
        if (!found->is_aws) row.push_back({"Answers", answers.at(std::string(found->url))});
      } else if (type.service == "sqs") {
        row.push_back({"Endpoint", "built in"});
      }
    }
    rows.emplace_back(std::move(row));
  }
  co_return json::Object{{"Targets", std::move(rows)}};
}

}  // namespace rialto::server
