#include "front/answer.h"

#include "json/write.h"

namespace rialto::front {
namespace {

int status_of(Code code) {
  switch (code) {
    case Code::InvalidArgument:
    case Code::Unsupported:
    case Code::AlreadyExists:
    case Code::Conflict:
    case Code::LimitExceeded: return 400;
    case Code::NotFound: return 404;
    case Code::AccessDenied: return 403;
    case Code::Throttled: return 429;
    case Code::Unavailable:
    case Code::Cancelled:
    case Code::Timeout: return 503;
    case Code::Corruption:
    case Code::Internal: return 500;
  }
  return 500;
}

}  // namespace

aws::Request view_of(const http::Request& request) {
  aws::Request view;
  view.method = request.method;
  view.path = request.path();
  view.query = request.query();
  view.body = request.body;
  view.peer = request.peer;
  view.is_secure = request.is_secure;
  view.header = [&request](std::string_view name) { return request.header(name); };
  return view;
}

http::Response json_response(int status, const json::Value& body) {
  return {status, {{"Content-Type", "application/json"}}, json::write(body)};
}

http::Response error_response(int status, std::string message) {
  return json_response(status, json::Object{{"message", std::move(message)}});
}

http::Response error_response(const Error& error) {
  return error_response(status_of(error.code), error.message);
}

}  // namespace rialto::front
