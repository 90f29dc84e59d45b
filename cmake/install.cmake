# SPDX-License-Identifier: MIT
# What `cmake --install` puts where: the headers, and the package that find_package(iddpm) finds.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_DATADIR}/cmake/iddpm")
install(TARGETS iddpm EXPORT iddpm FILE_SET HEADERS)
install(TARGETS iddpm_nn EXPORT iddpm_nn)
install(TARGETS iddpm_io EXPORT iddpm_io)
install(TARGETS iddpm_metrics EXPORT iddpm_metrics)
install(TARGETS iddpm_checkpoint EXPORT iddpm_checkpoint)
install(TARGETS iddpm_eigen EXPORT iddpm_eigen)
install(TARGETS iddpm_xtensor EXPORT iddpm_xtensor)
foreach(set IN ITEMS iddpm iddpm_nn iddpm_io iddpm_metrics iddpm_checkpoint iddpm_eigen
             iddpm_xtensor)
  install(EXPORT ${set} FILE ${set}Targets.cmake NAMESPACE iddpm:: DESTINATION "${package_dir}")
endforeach()
install(FILES "${PROJECT_SOURCE_DIR}/cmake/Findstb.cmake" DESTINATION "${package_dir}")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DATAROOTDIR}/doc/iddpm")

# Where our own builds find what was fetched; an install elsewhere, by a package manager say, names
# no folder of its build.
set(iddpm_deps_dir)
set(iddpm_kokkos_prefix)
if(EXISTS "${IDDPM_DEPS_DIR}")
  set(iddpm_deps_dir "${IDDPM_DEPS_DIR}")
  iddpm_prefix(Kokkos iddpm_kokkos_prefix)
endif()
configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cmake/iddpmConfig.cmake.in" "${PROJECT_BINARY_DIR}/iddpmConfig.cmake"
  INSTALL_DESTINATION "${package_dir}" NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(
  "${PROJECT_BINARY_DIR}/iddpmConfigVersion.cmake" COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES "${PROJECT_BINARY_DIR}/iddpmConfig.cmake"
              "${PROJECT_BINARY_DIR}/iddpmConfigVersion.cmake" DESTINATION "${package_dir}")

# For builds without CMake; wherever the prefix is moved to.
get_target_property(iddpm_pc_definitions iddpm INTERFACE_COMPILE_DEFINITIONS)
set(iddpm_pc_flags)
foreach(definition IN LISTS iddpm_pc_definitions)
  if(definition)
    string(APPEND iddpm_pc_flags " -D${definition}")
  endif()
endforeach()
set(pc_dir "${CMAKE_INSTALL_FULL_DATADIR}/pkgconfig")
file(RELATIVE_PATH iddpm_pc_prefix "${pc_dir}" "${CMAKE_INSTALL_PREFIX}")
file(RELATIVE_PATH iddpm_pc_include "${pc_dir}" "${CMAKE_INSTALL_FULL_INCLUDEDIR}")
configure_file("${PROJECT_SOURCE_DIR}/cmake/iddpm.pc.in" "${PROJECT_BINARY_DIR}/iddpm.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/iddpm.pc" DESTINATION "${CMAKE_INSTALL_DATADIR}/pkgconfig")
