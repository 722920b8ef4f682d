# Third-party libraries, each under a kerascpp::dep:: name. All are private: none of their headers reach users.

find_package(Threads REQUIRED)
find_package(OpenMP REQUIRED COMPONENTS CXX)
find_package(ZLIB REQUIRED)

function(kerascpp_dependency name)
  add_library(kerascpp_dep_${name} INTERFACE IMPORTED GLOBAL)
  add_library(kerascpp::dep::${name} ALIAS kerascpp_dep_${name})
endfunction()

# xtensor and xtensor-blas are header-only and need no more than their folder
kerascpp_dependency(xtensor)
find_path(XTENSOR_INCLUDE_DIR NAMES xtensor/xarray.hpp xtensor/containers/xarray.hpp REQUIRED)
set_target_properties(kerascpp_dep_xtensor PROPERTIES INTERFACE_INCLUDE_DIRECTORIES ${XTENSOR_INCLUDE_DIR})

kerascpp_dependency(blas)
find_library(OPENBLAS_LIBRARY NAMES openblas REQUIRED)
find_path(CBLAS_INCLUDE_DIR NAMES cblas.h PATH_SUFFIXES openblas ${CMAKE_LIBRARY_ARCHITECTURE} REQUIRED)
find_library(LAPACK_LIBRARY NAMES lapack REQUIRED)
target_link_libraries(kerascpp_dep_blas INTERFACE ${OPENBLAS_LIBRARY} ${LAPACK_LIBRARY})
set_target_properties(kerascpp_dep_blas PROPERTIES INTERFACE_INCLUDE_DIRECTORIES ${CBLAS_INCLUDE_DIR})

kerascpp_dependency(dnnl)
find_library(DNNL_LIBRARY NAMES dnnl REQUIRED)
find_path(DNNL_INCLUDE_DIR NAMES dnnl.hpp oneapi/dnnl/dnnl.hpp REQUIRED)
target_link_libraries(kerascpp_dep_dnnl INTERFACE ${DNNL_LIBRARY})
set_target_properties(kerascpp_dep_dnnl PROPERTIES INTERFACE_INCLUDE_DIRECTORIES ${DNNL_INCLUDE_DIR})

# header-only in C++, BSD licence
kerascpp_dependency(kissfft)
find_path(KISSFFT_INCLUDE_DIR NAMES kissfft/kissfft.hh REQUIRED)
set_target_properties(kerascpp_dep_kissfft PROPERTIES INTERFACE_INCLUDE_DIRECTORIES ${KISSFFT_INCLUDE_DIR})

kerascpp_dependency(xbyak)
find_path(XBYAK_INCLUDE_DIR NAMES xbyak/xbyak.h REQUIRED)
set_target_properties(kerascpp_dep_xbyak PROPERTIES INTERFACE_INCLUDE_DIRECTORIES ${XBYAK_INCLUDE_DIR})

kerascpp_dependency(json)
find_path(NLOHMANN_JSON_INCLUDE_DIR NAMES nlohmann/json.hpp REQUIRED)
set_target_properties(kerascpp_dep_json PROPERTIES INTERFACE_INCLUDE_DIRECTORIES ${NLOHMANN_JSON_INCLUDE_DIR})

kerascpp_dependency(yaml)
find_library(YAML_CPP_LIBRARY NAMES yaml-cpp REQUIRED)
find_path(YAML_CPP_INCLUDE_DIR NAMES yaml-cpp/yaml.h REQUIRED)
target_link_libraries(kerascpp_dep_yaml INTERFACE ${YAML_CPP_LIBRARY})
set_target_properties(kerascpp_dep_yaml PROPERTIES INTERFACE_INCLUDE_DIRECTORIES ${YAML_CPP_INCLUDE_DIR})

kerascpp_dependency(hdf5)
find_library(HDF5_LIBRARY NAMES hdf5_serial hdf5 REQUIRED)
find_path(HDF5_INCLUDE_DIR NAMES hdf5.h PATH_SUFFIXES hdf5/serial REQUIRED)
find_library(HDF5_HL_LIBRARY NAMES hdf5_serial_hl hdf5_hl REQUIRED)
target_link_libraries(kerascpp_dep_hdf5 INTERFACE ${HDF5_HL_LIBRARY} ${HDF5_LIBRARY})
set_target_properties(kerascpp_dep_hdf5 PROPERTIES INTERFACE_INCLUDE_DIRECTORIES ${HDF5_INCLUDE_DIR})

kerascpp_dependency(zip)
find_library(ZIP_LIBRARY NAMES zip REQUIRED)
find_path(ZIP_INCLUDE_DIR NAMES zip.h REQUIRED)
target_link_libraries(kerascpp_dep_zip INTERFACE ${ZIP_LIBRARY})
set_target_properties(kerascpp_dep_zip PROPERTIES INTERFACE_INCLUDE_DIRECTORIES ${ZIP_INCLUDE_DIR})

kerascpp_dependency(png)
find_library(PNG_LIBRARY NAMES png png16 REQUIRED)
find_path(PNG_INCLUDE_DIR NAMES png.h REQUIRED)
target_link_libraries(kerascpp_dep_png INTERFACE ${PNG_LIBRARY})
set_target_properties(kerascpp_dep_png PROPERTIES INTERFACE_INCLUDE_DIRECTORIES ${PNG_INCLUDE_DIR})

kerascpp_dependency(pictures)
find_library(JPEG_LIBRARY NAMES jpeg REQUIRED)
find_path(JPEG_INCLUDE_DIR NAMES jpeglib.h REQUIRED)
target_link_libraries(kerascpp_dep_pictures INTERFACE ${JPEG_LIBRARY} kerascpp_dep_png)
set_target_properties(kerascpp_dep_pictures PROPERTIES INTERFACE_INCLUDE_DIRECTORIES ${JPEG_INCLUDE_DIR})

# optional: downloads and the callback RemoteMonitor want it
kerascpp_dependency(curl)
find_library(CURL_LIBRARY NAMES curl)
find_path(CURL_INCLUDE_DIR NAMES curl/curl.h PATH_SUFFIXES ${CMAKE_LIBRARY_ARCHITECTURE})
if(CURL_LIBRARY AND CURL_INCLUDE_DIR)
  target_link_libraries(kerascpp_dep_curl INTERFACE ${CURL_LIBRARY})
endif()
