// The row's function of an operation: decode, call, encode. Only generated tables include this.
#pragma once

#include <utility>

#include "api/codec.h"
#include "api/operation.h"

namespace rialto::api {

template <class Api, class Input, class Output>
Task<Result<json::Value>> perform(Api* api, Task<Result<Output>> (Api::*method)(Caller, Input),
                                  Caller caller, json::Value input) {
  Input typed = decode<Input>(std::move(input));
  if constexpr (std::is_void_v<Output>) {
    RIALTO_CO_TRY_VOID(co_await (api->*method)(std::move(caller), std::move(typed)));
    co_return json::Value();
  } else {
    RIALTO_CO_TRY(Output output, co_await (api->*method)(std::move(caller), std::move(typed)));
    co_return encode(std::move(output));
  }
}

// A plain function, since a coroutine takes no reference: whoever pairs a table with a service
// took the table from that service, so the cast is right.
template <class Api, auto Method>
Task<Result<json::Value>> run(Service& service, Caller caller, json::Value input) {
  return perform(static_cast<Api*>(&service), Method, std::move(caller), std::move(input));
}

}  // namespace rialto::api
