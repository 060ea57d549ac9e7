// What `rialto targets` shows: each type, the endpoint in force for a caller, and whether somebody
// answers there. Private to server.
#pragma once

#include "http/sender.h"
#include "json/value.h"
#include "model/arn.h"
#include "net/task.h"
#include "targets/endpoints.h"

namespace rialto::server {

// {"Targets":[{"Type","Arn","Call","Service"?,"Endpoint"?,"Answers"?}]}. Any HTTP answer is one;
// AWS itself is not asked. What is referred to must outlive the call.
Task<json::Value> show_targets(const targets::Endpoints* endpoints, http::Sender* sender,
                               model::Scope scope);

}  // namespace rialto::server
