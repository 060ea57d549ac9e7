#include "server/input_file.h"

#include <fstream>
#include <iostream>
#include <iterator>

namespace rialto::server {

Result<std::string> read_input_file(const std::string& path) {
  std::ifstream file;
  if (path != "-") file.open(path, std::ios::binary);
  std::istream& from = path == "-" ? std::cin : file;
  if (!from) return fail(Code::NotFound, "Cannot read " + path + ".");
  return std::string(std::istreambuf_iterator<char>(from), {});
}

}  // namespace rialto::server
