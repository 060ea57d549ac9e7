// `rialto keys`: makes, shows and changes access keys, in the file that the server reads. Works
// whether or not the server runs.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "server/options.h"

namespace rialto::server {

struct KeysArguments {
  Flags flags;  // where the files are, as for `rialto serve`
  std::string config_file;
  std::string id;  // of which key; of a new one, empty: a random one
  std::string account;
  std::string user;
  std::string secret_file;                // `-` is standard input; empty: a random secret
  std::vector<std::string> policy_files;  // `-` is standard input
  bool is_admin = false;
  std::optional<std::chrono::seconds> valid_for;
  bool is_json = false;
};

// Each answers an exit code: 0, or 1 after a sentence on standard error.
int create_key(const KeysArguments& arguments);
int list_keys(const KeysArguments& arguments);
int enable_key(const KeysArguments& arguments, bool is_enabled);
int delete_key(const KeysArguments& arguments);
// Replaces the key's policies by those of the files; without any, it may do what its account may.
int set_key_policies(const KeysArguments& arguments);

}  // namespace rialto::server
