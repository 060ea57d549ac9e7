# Debian 12 packages, each named once (why and where each is used: docs/internals/dependencies.md).
# All of them are SYSTEM: their warnings are not ours.
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(simdjson REQUIRED)
find_package(RocksDB REQUIRED)
find_path(RIALTO_XXHASH xxhash.h REQUIRED)  # used as a header only
find_package(OpenSSL REQUIRED)
find_package(CURL 7.88 REQUIRED)
find_package(mimalloc REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(Python3 3.11 REQUIRED COMPONENTS Interpreter)
if(RIALTO_TESTS)
  find_package(GTest REQUIRED)
  find_package(rapidcheck REQUIRED)
endif()
