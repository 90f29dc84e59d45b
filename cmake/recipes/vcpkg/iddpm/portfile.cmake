# SPDX-License-Identifier: MIT
# An overlay port that installs the tree in which it lies:
#   vcpkg install iddpm --overlay-ports=cmake/recipes/vcpkg
# kokkos stands beside it, for vcpkg has none.
get_filename_component(SOURCE_PATH "${CMAKE_CURRENT_LIST_DIR}/../../../.." ABSOLUTE)
set(VCPKG_BUILD_TYPE release) # headers only

vcpkg_cmake_configure(
  SOURCE_PATH "${SOURCE_PATH}"
  # Nor what an earlier build of the tree fetched into its .deps/.
  OPTIONS -DIDDPM_FETCH_DEPS=OFF "-DIDDPM_DEPS_DIR=${CURRENT_BUILDTREES_DIR}/none"
          -DIDDPM_BUILD_TESTS=OFF -DIDDPM_BUILD_EXAMPLES=OFF)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH share/cmake/iddpm)
vcpkg_fixup_pkgconfig()
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/lib")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
