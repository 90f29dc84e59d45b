# SPDX-License-Identifier: MIT
# A Conan 2 recipe that packs the tree in which it lies:
#   conan create cmake/recipes/conan -s compiler.cppstd=20
import pathlib
import re

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.files import copy


class Iddpm(ConanFile):
    name = "iddpm"
    description = "Improved denoising diffusion probabilistic models on Kokkos, header-only"
    license = "MIT"
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"nn": [True, False], "io": [True, False], "checkpoint": [True, False]}
    default_options = {"nn": True, "io": True, "checkpoint": True}
    no_copy_source = True

    @property
    def _tree(self):
        return pathlib.Path(self.recipe_folder).parents[2]

    def set_version(self):
        header = (self._tree / "include/iddpm/version.hpp").read_text()
        numbers = re.findall(r"#define IDDPM_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)", header)
        self.version = ".".join(numbers)

    def export_sources(self):
        for pattern in ("LICENSE", "include/*"):
            copy(self, pattern, self._tree, self.export_sources_folder)

    def requirements(self):
        self.requires("kokkos/[>=4.6]", transitive_headers=True, transitive_libs=True)
        if self.options.nn:
            self.requires("eigen/[>=3.4]", transitive_headers=True)
        if self.options.io:
            self.requires("xtensor/[>=0.24]", transitive_headers=True)
            self.requires("stb/cci.20240531", transitive_headers=True)
        if self.options.checkpoint:
            self.requires("nlohmann_json/[>=3.10]", transitive_headers=True)

    def validate(self):
        check_min_cppstd(self, 20)

    def package_id(self):
        self.info.clear()

    def package(self):
        copy(self, "*.hpp", pathlib.Path(self.source_folder) / "include",
             pathlib.Path(self.package_folder) / "include")
        copy(self, "LICENSE", self.source_folder, pathlib.Path(self.package_folder) / "licenses")

    def package_info(self):
        self.cpp_info.bindirs = []
        self.cpp_info.libdirs = []
        self.cpp_info.set_property("cmake_file_name", "iddpm")
        self.cpp_info.set_property("cmake_config_version_compat", "SameMinorVersion")
        # Conan's target of all components, which else has the name of the component iddpm.
        self.cpp_info.set_property("cmake_target_name", "iddpm::all")
        self.cpp_info.components["iddpm"].set_property("cmake_target_name", "iddpm::iddpm")
        self.cpp_info.components["iddpm"].requires = ["kokkos::kokkos"]
        for name, wanted, requires in (
            ("nn", self.options.nn, ["eigen::eigen"]),
            ("metrics", self.options.nn, ["eigen::eigen"]),
            ("eigen", self.options.nn, ["eigen::eigen"]),
            ("io", self.options.io, ["xtensor::xtensor", "stb::stb"]),
            ("xtensor", self.options.io, ["xtensor::xtensor"]),
            ("checkpoint", self.options.checkpoint, ["nlohmann_json::nlohmann_json"]),
        ):
            if wanted:
                self.cpp_info.components[name].set_property("cmake_target_name", f"iddpm::{name}")
                self.cpp_info.components[name].requires = ["iddpm", *requires]
