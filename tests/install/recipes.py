# SPDX-License-Identifier: MIT
"""recipes.py <tree> <prefix> <folder>: checks cmake/recipes/ as far as it goes offline.

Each recipe's syntax, version, options, and the files that it counts on in an install, against what
`cmake --install` put into the prefix. The Conan recipe's own functions run with stand-ins for Conan.
No package manager runs.
"""

import ast
import json
import pathlib
import re
import shutil
import sys
import types

tree, prefix, folder = (pathlib.Path(argument) for argument in sys.argv[1:])
recipes = tree / "cmake/recipes"
header = (tree / "include/iddpm/version.hpp").read_text()
fetched = (tree / "cmake/dependencies.cmake").read_text()
version = ".".join(re.findall(r"#define IDDPM_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)", header))


def check(what, got, wanted):
    if got != wanted:
        sys.exit(f"{what} must be {wanted!r}; got {got!r}")


def files(root):
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def check_options(recipe, text, pattern):
    names = re.findall(pattern, text)
    declared = (tree / "CMakeLists.txt").read_text() + fetched
    for name in names:
        if not re.search(rf"\b(option|set)\({name} ", declared):
            sys.exit(f"{recipe} must set options that the build has; it sets {name}")
    # A tree that was built before has a .deps/, which a package must not name.
    for name in ("IDDPM_FETCH_DEPS", "IDDPM_DEPS_DIR"):
        if name not in names:
            sys.exit(f"{recipe} must set {name}; it sets {names}")


# vcpkg
port = json.loads((recipes / "vcpkg/iddpm/vcpkg.json").read_text())
check("vcpkg.json's version", port["version"], version)
check("vcpkg.json's default features", port["default-features"], list(port["features"]))
portfile = (recipes / "vcpkg/iddpm/portfile.cmake").read_text()
check_options("portfile.cmake", portfile, r"-D(IDDPM_\w+)=")
for config in re.findall(r"CONFIG_PATH (\S+)\)", portfile) or [""]:
    check(f"the package's folder {config}", (prefix / config / "iddpmConfig.cmake").is_file(), True)
check("the source path", (recipes / "vcpkg/iddpm/../../../..").resolve(), tree.resolve())

# What Spack and vcpkg do not have, as we fetch it ourselves
kokkos = json.loads((recipes / "vcpkg/kokkos/vcpkg.json").read_text())["version"]
check("vcpkg's Kokkos is ours", f"RELEASE {kokkos} URL https://github.com/kokkos/" in fetched, True)
for recipe in ("spack/packages/stb/package.py", "vcpkg/kokkos/portfile.cmake"):
    sums = re.findall(r"\b[0-9a-f]{64}\b", (recipes / recipe).read_text())
    check(f"{recipe}'s checksums that are ours", [s in fetched for s in sums], [True])

# Spack
package = recipes / "spack/packages/iddpm/package.py"
text = package.read_text()
klass = [node for node in ast.parse(text).body if isinstance(node, ast.ClassDef)][0]
check("package.py's class", klass.name, "Iddpm")
calls = [node for node in ast.walk(klass) if isinstance(node, ast.Call)]
versions = [c.args[0].value for c in calls if getattr(c.func, "id", "") == "version"]
check("package.py's versions", versions, [version])
check("package.py's repository", package.resolve().parents[5], tree.resolve())
check_options("package.py", text, r'define\("(IDDPM_\w+)"')
sane = [node.value for node in klass.body
        if isinstance(node, ast.Assign) and node.targets[0].id == "sanity_check_is_file"]
for name in ast.literal_eval(sane[0]):
    check(f"{name} in the prefix", (prefix / name).is_file(), True)


# Conan
def copy(_, pattern, source, target):
    source, target = pathlib.Path(source), pathlib.Path(target)
    deep = re.sub(r"(^|/)\*", r"\1**/*", pattern)  # as in Conan, "*" passes "/"
    for path in [path for path in source.glob(deep) if path.is_file()]:
        copied = target / path.relative_to(source)
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copied)


standards = []
for name in ("conan", "conan.tools", "conan.tools.build", "conan.tools.files"):
    sys.modules[name] = types.ModuleType(name)
sys.modules["conan"].ConanFile = object
sys.modules["conan.tools.build"].check_min_cppstd = lambda _, least: standards.append(least)
sys.modules["conan.tools.files"].copy = copy
code = (recipes / "conan/conanfile.py").read_text()
space = {}
exec(compile(code, "conanfile.py", "exec"), space)
recipe = space["Iddpm"]()
recipe.recipe_folder = str(recipes / "conan")
recipe.source_folder = recipe.export_sources_folder = str(folder / "sources")
recipe.package_folder = str(folder / "package")
shutil.rmtree(folder, ignore_errors=True)
recipe.set_version()
check("conanfile.py's version", recipe.version, version)
recipe.validate()
check("conanfile.py's least C++", standards, [20])
recipe.export_sources()
recipe.package()
check("conanfile.py's headers", files(folder / "package/include"), files(prefix / "include"))
check("conanfile.py's license", files(folder / "package/licenses"), ["LICENSE"])
print(f"iddpm {version}: the recipes for Conan, Spack and vcpkg fit {prefix}")
