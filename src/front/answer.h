// The answers of our own endpoints: JSON, and a sentence for what is wrong. Private to front.
#pragma once

#include <string>

#include "aws/request.h"
#include "base/result.h"
#include "http/message.h"
#include "json/value.h"

namespace rialto::front {

// Holds on to `request`, which must outlive it.
aws::Request view_of(const http::Request& request);

http::Response json_response(int status, const json::Value& body);
http::Response error_response(int status, std::string message);
http::Response error_response(const Error& error);

}  // namespace rialto::front
