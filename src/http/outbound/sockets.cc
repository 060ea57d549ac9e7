#include "http/outbound/sockets.h"

#include <curl/curl.h>  // and with it the sockets of the system
#include <boost/asio/error.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <unordered_map>
#include <utility>

#include "base/check.h"

namespace rialto::http {

namespace asio = boost::asio;
using Descriptor = asio::posix::stream_descriptor;

namespace {

struct Socket {
  Socket(const net::Executor& executor, int native) : descriptor(executor) {
    boost::system::error_code error;
    descriptor.assign(native, error);
    RIALTO_CHECK(!error, "the loop watches any socket");
  }

  Descriptor descriptor;
  int wanted = Sockets::kNone;   // what curl waits for
  int awaited = Sockets::kNone;  // what the loop was asked for, and has not answered
  bool is_ours = false;
  bool is_gone = false;
};

}  // namespace

// Shared with the handlers that wait, which may run once more after `stop`.
struct Sockets::Impl : std::enable_shared_from_this<Impl> {
  Impl(const net::Executor& on, Handlers to_call)
      : executor(on), timer(on), handlers(std::move(to_call)) {}

  std::shared_ptr<Socket> add(int native) {
    auto socket = std::make_shared<Socket>(executor, native);
    all.emplace(native, socket);
    return socket;
  }

  // The descriptor is curl's again; the loop forgets it before it is closed.
  void let_go(int native) {
    const auto at = all.find(native);
    if (at == all.end()) return;
    at->second->is_gone = true;
    at->second->descriptor.release();
    all.erase(at);
  }

  void await(const std::shared_ptr<Socket>& socket) {
    for (const Events event : {kReadable, kWritable}) {
      if ((socket->wanted & ~socket->awaited & event) == 0) continue;
      socket->awaited |= event;
      socket->descriptor.async_wait(
          event == kReadable ? Descriptor::wait_read : Descriptor::wait_write,
          [self = shared_from_this(), socket, event](const boost::system::error_code& error) {
            socket->awaited &= ~event;
            if (error || socket->is_gone) return;
            if ((socket->wanted & event) == 0) return;
            self->handlers.ready(socket->descriptor.native_handle(), event);
            if (!socket->is_gone) self->await(socket);
          });
    }
  }

  net::Executor executor;
  asio::steady_timer timer;
  bool is_due = false;  // a timer of no time is posted
  bool is_stopped = false;
  Handlers handlers;
  std::unordered_map<int, std::shared_ptr<Socket>> all;
};

Sockets::Sockets(net::Executor executor, Handlers handlers)
    : impl_(std::make_shared<Impl>(executor, std::move(handlers))) {}
Sockets::~Sockets() = default;

int Sockets::open(int family, int type, int protocol) {
  const int native = ::socket(family, type | SOCK_CLOEXEC, protocol);
  if (native >= 0) impl_->add(native)->is_ours = true;
  return native;
}

void Sockets::close(int descriptor) {
  const auto at = impl_->all.find(descriptor);
  RIALTO_CHECK(at != impl_->all.end() && at->second->is_ours, "curl closes what was opened here");
  at->second->is_gone = true;
  boost::system::error_code ignored;
  at->second->descriptor.close(ignored);
  impl_->all.erase(at);
}

void Sockets::watch(int descriptor, int events) {
  const auto at = impl_->all.find(descriptor);
  if (at == impl_->all.end() && events == kNone) return;
  const auto socket = at == impl_->all.end() ? impl_->add(descriptor) : at->second;
  socket->wanted = events;
  if (events == kNone && !socket->is_ours) return impl_->let_go(descriptor);
  impl_->await(socket);
}

void Sockets::set_timer(std::chrono::milliseconds after) {
  if (impl_->is_stopped) return;
  if (after.count() < 0) {
    impl_->timer.cancel();
    return;
  }
  if (after.count() == 0) {
    if (std::exchange(impl_->is_due, true)) return;
    asio::post(impl_->executor, [impl = impl_] {
      impl->is_due = false;
      if (!impl->is_stopped) impl->handlers.timer();
    });
    return;
  }
  impl_->timer.expires_after(after);
  impl_->timer.async_wait([impl = impl_](const boost::system::error_code& error) {
    if (!error && !impl->is_stopped) impl->handlers.timer();
  });
}

void Sockets::stop() {
  impl_->is_stopped = true;
  impl_->timer.cancel();
  while (!impl_->all.empty()) impl_->let_go(impl_->all.begin()->first);
}

}  // namespace rialto::http
