# Install rules, the CMake package and the pkg-config file.
include(CMakePackageConfigHelpers)

set(installed kerascpp)
foreach(part IN ITEMS core models datasets applications)
  list(APPEND installed kerascpp_${part})
  get_target_property(type kerascpp_${part} TYPE)
  if(type STREQUAL "INTERFACE_LIBRARY")
    set_target_properties(kerascpp_${part} PROPERTIES EXPORT_NAME ${part})
  endif()
endforeach()
install(TARGETS ${installed} EXPORT kerascppTargets
        RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/kerascpp DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/kerascpp)
install(EXPORT kerascppTargets NAMESPACE kerascpp:: DESTINATION ${package_dir})
export(EXPORT kerascppTargets NAMESPACE kerascpp:: FILE ${PROJECT_BINARY_DIR}/kerascppTargets.cmake)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/kerascppConfig.cmake.in
  ${PROJECT_BINARY_DIR}/kerascppConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/kerascppConfigVersion.cmake COMPATIBILITY SameMinorVersion)
configure_file(${PROJECT_SOURCE_DIR}/cmake/kerascpp_dependencies.cmake
               ${PROJECT_BINARY_DIR}/kerascpp_dependencies.cmake COPYONLY)
install(FILES ${PROJECT_BINARY_DIR}/kerascppConfig.cmake ${PROJECT_BINARY_DIR}/kerascppConfigVersion.cmake
              ${PROJECT_BINARY_DIR}/kerascpp_dependencies.cmake
        DESTINATION ${package_dir})

# pkg-config: what a static build must add is asked for with --static
set(pkgconfig_libs "-lkerascpp_core")
foreach(part IN ITEMS models datasets applications)
  get_target_property(type kerascpp_${part} TYPE)
  if(NOT type STREQUAL "INTERFACE_LIBRARY")
    set(pkgconfig_libs "-lkerascpp_${part} ${pkgconfig_libs}")
  endif()
endforeach()
set(pkgconfig_cflags "")
if(NOT BUILD_SHARED_LIBS)
  set(pkgconfig_cflags "-DKERASCPP_STATIC")
endif()
# relative, so that an install tree can be moved, or installed under another prefix than it was configured for
file(RELATIVE_PATH pkgconfig_to_prefix /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
configure_file(${PROJECT_SOURCE_DIR}/cmake/kerascpp.pc.in ${PROJECT_BINARY_DIR}/kerascpp.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/kerascpp.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
