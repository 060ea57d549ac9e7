# Every header of src/ compiles alone: one source for each, which includes it and nothing else.
# About a minute and a half on two cores, so not part of the default build:
#   cmake --build build/release --target check
function(rialto_check_headers)
  file(GLOB_RECURSE headers RELATIVE ${PROJECT_SOURCE_DIR}/src CONFIGURE_DEPENDS
       ${PROJECT_SOURCE_DIR}/src/*.h)
  set(sources)
  foreach(header ${headers})
    set(source ${PROJECT_BINARY_DIR}/headers/${header}.cc)
    file(CONFIGURE OUTPUT ${source} CONTENT "#include \"${header}\"\n" @ONLY)
    list(APPEND sources ${source})
  endforeach()
  add_library(rialto_headers OBJECT EXCLUDE_FROM_ALL ${sources})
  target_compile_options(rialto_headers PRIVATE -O0 -g0)
  target_link_libraries(rialto_headers PRIVATE rialto_flags rialto_server rialto_cli)

  add_custom_target(check
    COMMAND ${Python3_EXECUTABLE} -B ${PROJECT_SOURCE_DIR}/tools/tidy.py ${PROJECT_SOURCE_DIR}
    VERBATIM)
  add_dependencies(check rialto_headers)
endfunction()
