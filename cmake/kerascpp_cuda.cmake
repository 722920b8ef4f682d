# The CUDA backend: compiled where the headers of the toolkit are. Its libraries and the driver are opened when a program
# runs, so nothing is linked.
set(KERASCPP_CUDA AUTO CACHE STRING "Build the CUDA backend: AUTO (where the toolkit is found), ON or OFF")
set_property(CACHE KERASCPP_CUDA PROPERTY STRINGS AUTO ON OFF)

set(KERASCPP_HAVE_CUDA OFF)
if(KERASCPP_CUDA)
  set(cuda_places $ENV{CUDA_HOME}/include $ENV{CUDA_PATH}/include /usr/local/cuda/include)
  foreach(header IN ITEMS cuda nvrtc cublasLt cudnn)
    string(TOUPPER ${header} upper)
    find_path(CUDA_${upper}_INCLUDE_DIR NAMES ${header}.h PATHS ${cuda_places}
              PATH_SUFFIXES ${CMAKE_LIBRARY_ARCHITECTURE})
    if(NOT CUDA_${upper}_INCLUDE_DIR)
      list(APPEND cuda_missing ${header}.h)
    endif()
  endforeach()
  if(NOT cuda_missing)
    set(KERASCPP_HAVE_CUDA ON)
    set(cuda_include_dirs ${CUDA_CUDA_INCLUDE_DIR} ${CUDA_NVRTC_INCLUDE_DIR} ${CUDA_CUBLASLT_INCLUDE_DIR}
                          ${CUDA_CUDNN_INCLUDE_DIR})
    list(REMOVE_DUPLICATES cuda_include_dirs)
    message(STATUS "CUDA backend: headers in ${cuda_include_dirs}")
    list(REMOVE_ITEM cuda_include_dirs ${CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES})
    list(TRANSFORM cuda_include_dirs PREPEND "SHELL:-isystem " OUTPUT_VARIABLE cuda_include_options)
  elseif(KERASCPP_CUDA STREQUAL "AUTO")
    message(STATUS "CUDA backend: left out, without ${cuda_missing}")
  else()
    message(FATAL_ERROR "KERASCPP_CUDA is ${KERASCPP_CUDA}, and these headers of the toolkit were not found: ${cuda_missing}")
  endif()
endif()

# The code that kernels are made of, as texts in a source file: the run-time compiler reads them.
function(kerascpp_add_cuda target)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/backends/cuda/*.cpp)
  set_property(SOURCE ${sources} APPEND PROPERTY COMPILE_OPTIONS ${cuda_include_options})
  set_property(SOURCE ${PROJECT_SOURCE_DIR}/src/backend/builtin.cpp APPEND PROPERTY COMPILE_DEFINITIONS KERASCPP_HAVE_CUDA)
  file(GLOB parts CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/backends/cuda/device_code/*.cuh)
  set(texts "")
  foreach(part IN LISTS parts)
    get_filename_component(name ${part} NAME_WE)
    file(READ ${part} text)
    string(APPEND texts "    {\"${name}\", R\"device(${text})device\"},\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${part})
  endforeach()
  set(embedded ${PROJECT_BINARY_DIR}/generated/cuda_device_code.cpp)
  file(CONFIGURE OUTPUT ${embedded} CONTENT [=[
#include "backends/cuda/codegen/device_code.hpp"

namespace kerascpp::cuda {

std::span<const DeviceCode> device_code() {
  static const DeviceCode kParts[] = {
@texts@  };
  return kParts;
}

}  // namespace kerascpp::cuda
]=] @ONLY)
  target_sources(${target} PRIVATE ${embedded})
endfunction()
