# SPDX-License-Identifier: MIT
# Spack itself has no stb.
import pathlib

from spack.package import *

try:
    from spack_repo.builtin.build_systems.generic import Package  # Spack 1
except ImportError:
    pass  # older: Spack's own


class Stb(Package):
    """Single-file libraries in C; iddpm::io writes PNG with one of them."""

    homepage = "https://github.com/nothings/stb"
    license("MIT OR Unlicense")
    version(
        "1.16",
        sha256="93a16ee3e866e719feec459f6f132cce932c5ec751eb38e3ec1975f911353d2e",
        url="https://github.com/nothings/stb/archive/8b5f1f37b5b75829fc72d38e7b5d4bcbf8a26d55.zip",
    )

    sanity_check_is_file = ["include/stb/stb_image_write.h"]

    def install(self, spec, prefix):
        mkdirp(prefix.include.stb)
        for header in pathlib.Path(self.stage.source_path).glob("*.h"):
            install(str(header), prefix.include.stb)
