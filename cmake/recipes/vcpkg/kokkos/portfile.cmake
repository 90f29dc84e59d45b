# SPDX-License-Identifier: MIT
set(name kokkos-${VERSION}.tar.gz)
set(sum 8bdbee0f0ac383436743ad8a9e3e928705b34b31a25a92dc5179c52a3aa98519)
vcpkg_download_distfile(
  archive
  URLS "https://github.com/kokkos/kokkos/releases/download/${VERSION}/${name}"
  FILENAME "${name}" SKIP_SHA512)
file(SHA256 "${archive}" got) # what the release publishes; vcpkg knows SHA-512 only
if(NOT got STREQUAL sum)
  message(FATAL_ERROR "kokkos: ${name} must have the SHA-256 ${sum}; got ${got}")
endif()
vcpkg_extract_source_archive(SOURCE_PATH ARCHIVE "${archive}")

vcpkg_cmake_configure(
  SOURCE_PATH "${SOURCE_PATH}" OPTIONS -DKokkos_ENABLE_SERIAL=ON -DKokkos_ENABLE_OPENMP=ON)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(PACKAGE_NAME kokkos CONFIG_PATH lib/cmake/Kokkos)
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug/include" "${CURRENT_PACKAGES_DIR}/debug/share")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
