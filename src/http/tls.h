// TLS for those who connect to us: a certificate and its key, from files. Private to http.
#pragma once

#include <memory>

#include "base/result.h"
#include "http/server.h"

namespace boost::asio::ssl {
class context;
}

namespace rialto::http {

using TlsContext = boost::asio::ssl::context;

// TLS 1.2 and newer. Error: InvalidArgument, which names the file and what is wrong with it.
Result<std::shared_ptr<TlsContext>> load_tls(const TlsFiles& files);

}  // namespace rialto::http
