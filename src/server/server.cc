#include "server/server.h"

#include <pthread.h>
#include <signal.h>

#include <cstdio>
#include <fstream>
#include <functional>

#include "base/log.h"
#include "base/version.h"
#include "server/node.h"
#include "server/process.h"

namespace rialto::server {
namespace {

bool is_loopback(const std::string& address) {
  return address.starts_with("127.") || address == "::1";
}

Result<> check_listen(const Options& options) {
  const bool is_locked = options.auth == Auth::Sigv4 || options.insecure_listen;
  if (is_loopback(options.listen_address) || is_locked) return {};
  return fail(Code::InvalidArgument,
              "Refusing to listen on " + options.listen_address +
                  ": signatures are not checked with auth = dev, and whoever reaches that address "
                  "could read and change everything. Say --auth sigv4 and make access keys "
                  "(`rialto keys create`), or listen on 127.0.0.1, or say --insecure-listen if "
                  "something else keeps strangers away (in a container, for instance).");
}

// Whole or not at all: whoever waits for the file reads a port.
Result<> write_port_file(const std::string& path, std::uint16_t port) {
  if (path.empty()) return {};
  const std::string temporary = path + ".tmp";
  std::ofstream out(temporary);
  out << port << '\n';
  out.close();
  if (!out || std::rename(temporary.c_str(), path.c_str()) != 0) {
    return fail(Code::Unavailable, "Cannot write the port file " + path + ".");
  }
  return {};
}

// Blocked before any thread starts, so that every thread inherits it and only `wait` takes them.
class Signals {
 public:
  Signals() {
    ::sigemptyset(&set_);
    ::sigaddset(&set_, SIGTERM);
    ::sigaddset(&set_, SIGINT);
    ::sigaddset(&set_, SIGHUP);
    ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
  }

  // Answers what ends the server; calls `reload` for each SIGHUP until then.
  std::string wait(const std::function<void()>& reload) const {
    for (;;) {
      int taken = 0;
      ::sigwait(&set_, &taken);
      if (taken != SIGHUP) return taken == SIGTERM ? "SIGTERM" : "SIGINT";
      reload();
    }
  }

 private:
  sigset_t set_;
};

}  // namespace

Result<> serve(Options options) {
  log::configure(options.log_level, options.log_format);
  RIALTO_TRY_VOID(check_listen(options));
  if (!is_loopback(options.listen_address) && options.tls_certificate.empty()) {
    log::warn("server.no_tls",
              {{"hint", "what is sent can be read on the way: --tls-certificate"}});
  }
  const Signals signals;
  const Stopwatch start;
  raise_open_files();
  RIALTO_TRY(const auto node, Node::open(options));
  auto port = node->start();
  if (port.ok()) {
    const Result<> written = write_port_file(options.port_file, *port);
    if (!written.ok()) port = written.error();
  }
  if (!port.ok()) {
    node->stop();
    return port.error();
  }
  const auto took = std::chrono::duration_cast<Millis>(start.elapsed());
  log::info("server.ready", {{"version", kVersion},
                             {"address", options.listen_address},
                             {"port", *port},
                             {"data_dir", options.data_dir},
                             {"took_ms", took.count()}});
  log::info("server.stopping", {{"signal", signals.wait([&node] { node->reload(); })}});
  node->stop();
  log::info("server.stopped");
  return {};
}

}  // namespace rialto::server
