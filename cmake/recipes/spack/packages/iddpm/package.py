# SPDX-License-Identifier: MIT
# A Spack recipe that installs the branch main of the repository in which it lies:
#   spack repo add cmake/recipes/spack && spack install iddpm
# Spack 0.21 refuses it: it does not know the package cxx.
import os
import pathlib

from spack.package import *

try:
    from spack_repo.builtin.build_systems.cmake import CMakePackage  # Spack 1
except ImportError:
    from spack.build_systems.cmake import CMakePackage  # older


class Iddpm(CMakePackage):
    """Improved denoising diffusion probabilistic models on Kokkos, header-only."""

    git = "file://" + str(pathlib.Path(__file__).resolve().parents[5])
    license("MIT")
    version("0.1.0", branch="main")

    variant("nn", default=True, description="What iddpm::nn and iddpm::metrics need: Eigen")
    variant("io", default=True, description="What iddpm::io needs: xtensor and stb")
    variant("checkpoint", default=True, description="What iddpm::checkpoint needs: a JSON library")

    depends_on("cxx", type="build")
    depends_on("cmake@3.25:", type="build")
    depends_on("kokkos@4.6:", type=("build", "link"))
    depends_on("eigen@3.4:", type=("build", "link"), when="+nn")
    depends_on("xtensor@0.24:", type=("build", "link"), when="+io")
    depends_on("stb", type=("build", "link"), when="+io")
    depends_on("nlohmann-json@3.10:", type=("build", "link"), when="+checkpoint")

    sanity_check_is_file = [
        "include/iddpm/iddpm.hpp",
        "share/cmake/iddpm/iddpmConfig.cmake",
        "share/pkgconfig/iddpm.pc",
    ]

    def cmake_args(self):
        return [
            self.define("IDDPM_FETCH_DEPS", False),
            self.define("IDDPM_DEPS_DIR", os.path.join(self.stage.path, "none")),
            self.define("IDDPM_BUILD_TESTS", False),
            self.define("IDDPM_BUILD_EXAMPLES", False),
        ]
