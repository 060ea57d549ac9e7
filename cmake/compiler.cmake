# The compiler and its flags, for every target of ours.
#
# g++ 12 destroys the temporaries of a braced argument twice when the same expression suspends a
# coroutine: silent memory corruption. So only compilers without that fault are let in.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  message(FATAL_ERROR
    "g++ ${CMAKE_CXX_COMPILER_VERSION} miscompiles coroutines (double destruction of aggregate "
    "temporaries across co_await). Use clang 19: cmake --preset release, or "
    "-DCMAKE_CXX_COMPILER=clang++-19. The matcher alone takes any C++20 compiler: "
    "-DRIALTO_RULER_ONLY=ON.")
endif()

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

include(cmake/warnings.cmake)
add_library(rialto_flags INTERFACE)
target_compile_options(rialto_flags INTERFACE ${RIALTO_WARNINGS} -Werror -fno-omit-frame-pointer)
target_compile_definitions(rialto_flags INTERFACE
  $<$<CONFIG:RelWithDebInfo>:_FORTIFY_SOURCE=2>
  $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)

# O2 with line tables: profiles and crash traces name lines, and the build stays small.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -gline-tables-only -DNDEBUG")

if(RIALTO_SANITIZE)
  add_compile_options(-fsanitize=${RIALTO_SANITIZE} -fno-sanitize-recover=all -O1 -gline-tables-only)
  add_link_options(-fsanitize=${RIALTO_SANITIZE})
endif()
# The fuzzer learns only from code that counts for it: the libraries, not the few lines of a target.
if(RIALTO_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_link_options(-fuse-ld=lld)
endif()

find_program(RIALTO_CCACHE ccache)
if(RIALTO_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${RIALTO_CCACHE})
endif()
