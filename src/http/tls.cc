#include "http/tls.h"

#include <boost/asio/ssl/context.hpp>

namespace rialto::http {
namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

Result<> check(const error_code& error, const std::string& what, const std::string& file) {
  if (!error) return {};
  return fail(Code::InvalidArgument,
              "Cannot use " + what + " " + file + ": " + error.message() + ".");
}

}  // namespace

Result<std::shared_ptr<TlsContext>> load_tls(const TlsFiles& files) {
  auto context = std::make_shared<TlsContext>(TlsContext::tls_server);
  context->set_options(TlsContext::default_workarounds | TlsContext::no_sslv2 |
                       TlsContext::no_sslv3 | TlsContext::no_tlsv1 | TlsContext::no_tlsv1_1 |
                       TlsContext::no_compression);
  error_code error;
  context->use_certificate_chain_file(files.certificate, error);
  RIALTO_TRY_VOID(check(error, "the certificate", files.certificate));
  context->use_private_key_file(files.key, ssl::context::pem, error);
  RIALTO_TRY_VOID(check(error, "the certificate's key", files.key));
  if (files.client_ca.empty()) return context;
  context->load_verify_file(files.client_ca, error);
  RIALTO_TRY_VOID(check(error, "the CA of clients", files.client_ca));
  context->set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert, error);
  RIALTO_TRY_VOID(check(error, "the CA of clients", files.client_ca));
  return context;
}

}  // namespace rialto::http
