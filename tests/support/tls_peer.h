// The scripted HTTP server behind TLS, with certificates of a CA that is made for the test by the
// openssl command.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "support/http_peer.h"

namespace rialto::test {

// A directory with ca.pem, and NAME.pem and NAME.key for each certificate made.
class ThrowAwayCa {
 public:
  ThrowAwayCa() {
    std::string name = (std::filesystem::temp_directory_path() / "rialto-ca-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
    run("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=ca "
        "-keyout ca.key -out ca.pem");
  }
  ~ThrowAwayCa() { std::filesystem::remove_all(directory_); }
  ThrowAwayCa(const ThrowAwayCa&) = delete;
  ThrowAwayCa& operator=(const ThrowAwayCa&) = delete;

  // `names` as in a subjectAltName: "IP:127.0.0.1,DNS:localhost".
  void issue(const std::string& name, const std::string& names, int days = 1) {
    std::ofstream(file(name + ".ext")) << "subjectAltName=" << names << "\n";
    run("req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=" + name + " -keyout " +
        name + ".key -out " + name + ".csr");
    run("x509 -req -in " + name + ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -days " +
        std::to_string(days) + " -extfile " + name + ".ext -out " + name + ".pem");
  }
  std::string file(const std::string& name) const { return directory_ + "/" + name; }

 private:
  void run(const std::string& arguments) {
    const std::string command = "cd " + directory_ + " && openssl " + arguments + " 2>>log";
    EXPECT_EQ(::system(command.c_str()), 0) << command;
  }

  std::string directory_;
};

class TlsPeer final : public HttpPeer {
 public:
  TlsPeer(const ThrowAwayCa& ca, const std::string& name) {
    context_.use_certificate_chain_file(ca.file(name + ".pem"));
    context_.use_private_key_file(ca.file(name + ".key"), boost::asio::ssl::context::pem);
  }
  ~TlsPeer() override { stop(); }

  std::string origin() const override { return "https://127.0.0.1:" + std::to_string(port()); }

 private:
  Task<> meet(Socket socket, int number) override {
    boost::asio::ssl::stream<Socket> stream(std::move(socket), context_);
    auto [error] = co_await stream.async_handshake(boost::asio::ssl::stream_base::server, kAwait);
    if (!error) co_await converse(std::move(stream), number);
  }

  boost::asio::ssl::context context_{boost::asio::ssl::context::tls_server};
};

}  // namespace rialto::test
