# Compiler options shared by every target of the project, and the function that declares a library from folders.

add_library(kerascpp_warnings INTERFACE)
target_compile_options(kerascpp_warnings INTERFACE -Wall -Wextra -Wpedantic -Wconversion)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # clang warns where gcc does not: implicit sign conversion stays allowed, as with gcc
  target_compile_options(kerascpp_warnings INTERFACE -Wno-sign-conversion -Wno-missing-field-initializers)
else()
  # designated initializers leave fields to their default values on purpose
  # what is not there: GCC 12 sees overlapping copies in the concatenation of std::string (-Wno-restrict), GCC 14 writes
  # behind a std::vector that it reallocates (-Wno-stringop-overflow)
  target_compile_options(kerascpp_warnings INTERFACE -Wno-missing-field-initializers -Wno-restrict
                                                     -Wno-stringop-overflow)
  if(CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 13)
    # and references that outlive the temporary arguments of a function that returns them, which ours do not
    target_compile_options(kerascpp_warnings INTERFACE -Wno-dangling-reference)
  endif()
endif()
if(KERASCPP_WERROR)
  target_compile_options(kerascpp_warnings INTERFACE -Werror)
endif()

if(KERASCPP_SANITIZE)
  add_compile_options(-fsanitize=${KERASCPP_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${KERASCPP_SANITIZE})
endif()

if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  set(KERASCPP_X86_64 ON)
endif()

# what most files include: a quick build reads it once
set(quick_build_headers <algorithm> <array> <atomic> <cmath> <cstdint> <functional> <map> <memory> <mutex> <numeric>
    <optional> <span> <sstream> <string> <string_view> <tuple> <unordered_map> <utility> <variant> <vector>)

# kerascpp_add_library(NAME FOLDERS ... PUBLIC_LINK parts... PRIVATE_LINK targets...)
# makes kerascpp_NAME from every .cpp below FOLDERS. Files named *_avx2.cpp and *_avx512.cpp are compiled for those
# instruction sets; everything else, *_baseline.cpp among it, runs on any processor of the architecture. Kernels are
# compiled with all optimizations of a release, the rest with those that do not make compiling long. A quick build compiles
# in full the kernels of the CPU alone, and shows no warnings.
function(kerascpp_add_library name)
  cmake_parse_arguments(arg "" "" "FOLDERS;PUBLIC_LINK;PRIVATE_LINK" ${ARGN})
  set(sources)
  foreach(folder IN LISTS arg_FOLDERS)
    file(GLOB_RECURSE found CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cpp)
    list(APPEND sources ${found})
  endforeach()
  set(target kerascpp_${name})
  if(NOT sources)
    set(scope INTERFACE)
    add_library(${target} INTERFACE)
  else()
    set(scope PUBLIC)
    add_library(${target} ${sources})
    target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:kerascpp_warnings> ${arg_PRIVATE_LINK})
    target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/src ${CMAKE_CURRENT_SOURCE_DIR})
    set_target_properties(${target} PROPERTIES EXPORT_NAME ${name} VERSION ${PROJECT_VERSION} SOVERSION 0)
    if(NOT BUILD_SHARED_LIBS)
      target_compile_definitions(${target} PUBLIC KERASCPP_STATIC)
    endif()
    if(KERASCPP_SERIAL_PARALLEL_FOR)
      target_compile_definitions(${target} PRIVATE KERASCPP_SERIAL_PARALLEL_FOR)
    endif()
    target_compile_definitions(${target} PRIVATE KERASCPP_VERSION="${PROJECT_VERSION}")
    if(KERASCPP_QUICK_BUILD)
      target_compile_options(${target} PRIVATE -Og -w)
      target_precompile_headers(${target} PRIVATE ${quick_build_headers})
    else()
      target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O2>)
    endif()
    # loops over elements that are compiled once per instruction set: what they round, they round where it is written
    set(kernel_options $<$<CONFIG:Release>:-O3>)
    set(vector_options ${kernel_options} -fno-math-errno -fno-trapping-math -ffp-contract=off)
    foreach(source IN LISTS sources)
      if(source MATCHES "/backends/cpu/" OR (source MATCHES "/backends/" AND NOT KERASCPP_QUICK_BUILD))
        set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "${kernel_options}" SKIP_PRECOMPILE_HEADERS ON)
      endif()
      if(source MATCHES "_avx512\\.cpp$" AND KERASCPP_X86_64)
        set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS
          "${vector_options};-mavx512f;-mavx512bw;-mavx512dq;-mavx512vl;-mfma;-mf16c;-mprefer-vector-width=512")
      elseif(source MATCHES "_avx2\\.cpp$" AND KERASCPP_X86_64)
        set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "${vector_options};-mavx2;-mfma;-mf16c")
      elseif(source MATCHES "_(avx512|avx2|baseline)\\.cpp$")
        set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "${vector_options}")
      endif()
    endforeach()
  endif()
  target_include_directories(${target} ${scope}
    $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_compile_features(${target} ${scope} cxx_std_20)
  foreach(part IN LISTS arg_PUBLIC_LINK)
    target_link_libraries(${target} ${scope} kerascpp_${part})
  endforeach()
  add_library(kerascpp::${name} ALIAS ${target})
endfunction()
