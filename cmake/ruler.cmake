# librialto-ruler: the matcher alone, for those who embed it (docs/ruler.md). C++20, so that g++ 12
# compiles it; needs nothing but simdjson. Also when another project adds this one to itself.
#
#   cmake -S . -B build/ruler -DRIALTO_RULER_ONLY=ON
option(RIALTO_RULER_INSTALL "Install the matcher with the project" ${PROJECT_IS_TOP_LEVEL})
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
if(NOT TARGET simdjson::simdjson)
  find_package(simdjson REQUIRED)
endif()
set(source_dir ${PROJECT_SOURCE_DIR}/src)
set(generated_dir ${PROJECT_BINARY_DIR}/generated)
set(include_dir ${PROJECT_BINARY_DIR}/include)
configure_file(${source_dir}/base/version.h.in ${generated_dir}/base/version.h @ONLY)

if(PROJECT_IS_TOP_LEVEL)
  include(cmake/warnings.cmake)
  if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release)
  endif()
endif()

# The public face: these headers and what they include. Ours name each other from src/ ("json/x.h");
# the copies say <rialto/json/x.h>, so that an embedder needs one include directory, and none of our
# names is found by mistake for another library's, or the other way round (jsoncpp has json/value.h).
set(open ruler/rule_set.h ruler/explain.h ruler/reference.h json/read.h json/write.h)
set(headers)
while(open)
  list(POP_FRONT open header)
  if(header IN_LIST headers)
    continue()
  endif()
  if(NOT header MATCHES "^[a-z]+/[a-z0-9_]+\\.h$")
    message(FATAL_ERROR "A public header of the matcher includes the private ${header}.")
  endif()
  list(APPEND headers ${header})
  file(READ ${source_dir}/${header} text)
  string(REGEX MATCHALL "#include \"[^\"]+\"" found "${text}")
  list(TRANSFORM found REPLACE "#include \"([^\"]+)\"" "\\1")
  list(APPEND open ${found})
  string(REGEX REPLACE "#include \"([^\"]+)\"" "#include <rialto/\\1>" text "${text}")
  file(CONFIGURE OUTPUT ${include_dir}/rialto/${header} CONTENT "${text}" @ONLY)
endwhile()
configure_file(${source_dir}/ruler/rialto_ruler.h ${include_dir}/rialto_ruler.h COPYONLY)
list(TRANSFORM headers PREPEND ${source_dir}/)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${headers})

file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${source_dir}/ruler/*.cc ${source_dir}/json/*.cc)
add_library(rialto_ruler ${sources})
add_library(rialto::ruler ALIAS rialto_ruler)
set_target_properties(rialto_ruler PROPERTIES
  OUTPUT_NAME rialto-ruler
  EXPORT_NAME ruler
  VERSION ${PROJECT_VERSION}
  SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
  POSITION_INDEPENDENT_CODE ON
  CXX_EXTENSIONS OFF)
target_compile_features(rialto_ruler PUBLIC cxx_std_20)
# g++ 12 takes strings in variants for uninitialised, and assigning one for copying over itself.
target_compile_options(rialto_ruler PRIVATE ${RIALTO_WARNINGS}
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized -Wno-restrict>)
target_include_directories(rialto_ruler
  PRIVATE ${source_dir} ${generated_dir}
  INTERFACE $<BUILD_INTERFACE:${include_dir}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_link_libraries(rialto_ruler PRIVATE simdjson::simdjson)

if(RIALTO_RULER_INSTALL)
  set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/rialto-ruler)
  set(pkgconfig_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
  install(TARGETS rialto_ruler EXPORT rialto-ruler-targets)
  install(DIRECTORY ${include_dir}/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  install(EXPORT rialto-ruler-targets NAMESPACE rialto:: DESTINATION ${package_dir})
  # While the version is 0.x its second number is the one that changes when the face does.
  write_basic_package_version_file(${PROJECT_BINARY_DIR}/rialto-ruler-config-version.cmake
    COMPATIBILITY SameMinorVersion)
  configure_file(cmake/rialto-ruler-config.cmake rialto-ruler-config.cmake COPYONLY)
  file(RELATIVE_PATH up /${pkgconfig_dir} /)
  configure_file(cmake/rialto-ruler.pc.in rialto-ruler.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/rialto-ruler-config.cmake
    ${PROJECT_BINARY_DIR}/rialto-ruler-config-version.cmake DESTINATION ${package_dir})
  install(FILES ${PROJECT_BINARY_DIR}/rialto-ruler.pc DESTINATION ${pkgconfig_dir})
endif()
