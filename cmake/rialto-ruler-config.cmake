# find_package(rialto-ruler) gives the target rialto::ruler (docs/ruler.md).
get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
if(NOT "CXX" IN_LIST languages)
  set(rialto-ruler_FOUND FALSE)
  set(rialto-ruler_NOT_FOUND_MESSAGE
    "A C++ library is linked, also by a program in C: enable CXX.")
  return()
endif()
include(CMakeFindDependencyMacro)
find_dependency(simdjson)
include(${CMAKE_CURRENT_LIST_DIR}/rialto-ruler-targets.cmake)
