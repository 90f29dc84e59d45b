# SPDX-License-Identifier: MIT
# What must not compile, and the sentences that say why.
add_library(misuse_views OBJECT EXCLUDE_FROM_ALL misuse/views.cpp)
target_link_libraries(misuse_views PRIVATE iddpm::iddpm)
add_test(NAME misuse_views
         COMMAND "${CMAKE_COMMAND}" "-DBUILD=${PROJECT_BINARY_DIR}" -DTARGET=misuse_views
                 "-DSOURCE=${CMAKE_CURRENT_SOURCE_DIR}/misuse/views.cpp" -P
                 "${CMAKE_CURRENT_SOURCE_DIR}/misuse/check.cmake")
