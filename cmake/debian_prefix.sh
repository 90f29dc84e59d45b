#!/bin/sh
# SPDX-License-Identifier: MIT
# Usage: debian_prefix.sh DIR NAME=PACKAGE...
# Unpacks each Debian PACKAGE into the prefix DIR/NAME/usr. Needs no root: apt runs on a private
# state below DIR, with the machine's own mirror, proxy and keys. The packages are those of the
# first of $DEBIAN_RELEASES that has them: by default Debian unstable (older releases have no
# Kokkos), or testing where unstable lacks one. Says which it took, one line each; a name that
# failed has no folder.
set -u
LC_ALL=C
export LC_ALL
dir=$1
shift

say() { printf '%s\n' "$*"; }

for tool in apt-get apt-cache apt-config dpkg ar ldd sed; do
  command -v "$tool" > /dev/null || { say "there is no $tool"; exit 1; }
done
for key in /usr/share/keyrings/debian-archive-keyring.pgp \
  /usr/share/keyrings/debian-archive-keyring.gpg; do
  [ -e "$key" ] && break
done
[ -e "$key" ] || { say "there is no keyring of Debian's archive"; exit 1; }

# The machine's mirrors, Debian's own name first; security mirrors carry no unstable. Without
# --no-release-info a machine that has never run apt-get update would show none.
mirrors=$(apt-get indextargets --no-release-info --format '$(CREATED_BY)|$(REPO_URI)' |
  sed -n 's/^Packages|//p' | grep -v security | sort -u)
mirrors="$(say "$mirrors" | grep 'debian/*$') $(say "$mirrors" | grep -v 'debian/*$')"
[ "$mirrors" != " " ] || { say "apt knows no mirror"; exit 1; }

state=$dir/apt
mkdir -p "$state/lists/partial" "$state/cache/archives/partial" "$state/debs" || exit 1
apt-config dump | grep -v -e '^Dir' -e '^DPkg' -e '^APT::Update' > "$state/apt.conf"
cat >> "$state/apt.conf" << END
Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::sourcelist "$state/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::State::Lists "$state/lists";
Dir::State::status "/dev/null";
Dir::Cache "$state/cache";
Acquire::Check-Valid-Until "false";
Acquire::Languages "none";
Acquire::Retries "2";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
APT::Sandbox::User "";
APT::Update::Error-Mode "any";
END
export APT_CONFIG="$state/apt.conf"

# depends PACKAGE: the names in its Depends, first alternatives only.
depends() {
  apt-cache show --no-all-versions "$1" | sed -n 's/^Depends: //p' | tr ',' '\n' |
    sed 's/^ *//; s/[ (:|].*//' | sort -u
}

# unpack DEST PACKAGE...
unpack() {
  dest=$1
  shift
  (cd "$state/debs" && apt-get -qq download "$@") || return 1
  for package; do
    dpkg -x "$state/debs/${package}"_*.deb "$dest" || return 1
  done
}

# Package files that write out /usr in full are made to mean the folder they lie in.
relocate() {
  find "$1/usr" -name '*Targets.cmake' | while read -r file; do
    up=$(dirname "${file#"$1/usr/"}" | sed 's@[^/][^/]*@..@g')
    sed -i 's@^set(_IMPORT_PREFIX "/usr")@get_filename_component(_IMPORT_PREFIX "${CMAKE_CURRENT_LIST_DIR}/'"$up"'" ABSOLUTE)@
      s@\([";]\)/usr/include@\1${_IMPORT_PREFIX}/include@g' "$file"
  done
}

# The headers and the library, made to work from where they lie.
unpack_kokkos() {
  libraries=$(depends libkokkos-dev | grep '^libkokkos')
  unpack "$1" libkokkos-dev $libraries || return 1
  for config in "$1"/usr/lib/*/cmake/Kokkos; do break; done
  lib=${config%/cmake/Kokkos}
  [ -e "$lib/libkokkoscore.so" ] || return 1
  # The package names libraries that it does not ship.
  for archive in $(sed -n 's/.*IMPORT_PREFIX}\(.*\.a\)".*/\1/p' "$config"/KokkosTargets-*.cmake |
    sort -u); do
    [ -e "$1/usr$archive" ] || ar rcs "$1/usr$archive" || return 1
  done
  ldd "$lib/libkokkoscore.so" 2>&1 | grep -q 'not found' || return 0
  unpack_runtime "$1" "${lib##*/}" $(for l in $libraries; do depends "$l"; done)
}

# unpack_runtime PREFIX TRIPLET PACKAGE...: the library wants a newer C library than the
# system's: programs that link it are linked by the system's compiler and run with the loader and
# the runtime that lie in PREFIX/rt.
unpack_runtime() {
  prefix=$1 triplet=$2
  shift 2
  runtime=$({ say libc6 libstdc++6 libgcc-s1 libgomp1 | tr ' ' '\n'; say "$@" | tr ' ' '\n'; } |
    grep -v '^libkokkos' | sort -u)
  unpack "$state/rt" $runtime || return 1
  mkdir -p "$prefix/rt"
  for folder in "$state/rt/lib/$triplet" "$state/rt/usr/lib/$triplet"; do
    [ -d "$folder" ] && cp -a "$folder"/*.so* "$prefix/rt/"
  done
  for loader in "$prefix"/rt/ld-linux*.so.* "$prefix"/rt/ld64.so.* "$prefix"/rt/ld.so.*; do
    [ -e "$loader" ] && break
  done
  [ -e "$loader" ] || return 1
  cat >> "$config/KokkosConfig.cmake" << END

# Added by iddpm: this library runs with the loader and the C library that lie beside it.
get_filename_component(_kokkos_rt "\${CMAKE_CURRENT_LIST_DIR}/../../../../../rt" REALPATH)
get_property(_kokkos_options TARGET Kokkos::kokkoscore PROPERTY INTERFACE_LINK_OPTIONS)
if(NOT "\${_kokkos_options}" MATCHES "dynamic-linker")
  set_property(TARGET Kokkos::kokkoscore APPEND PROPERTY INTERFACE_LINK_OPTIONS
    LINKER:--allow-shlib-undefined LINKER:--disable-new-dtags "LINKER:-rpath,\${_kokkos_rt}"
    "LINKER:--dynamic-linker=\${_kokkos_rt}/${loader##*/}")
endif()
unset(_kokkos_rt)
unset(_kokkos_options)
END
}

# A program, and the libraries that it needs and the system has not.
unpack_doxygen() {
  unpack "$1" doxygen || return 1
  program=$1/usr/bin/doxygen
  ldd "$program" 2>&1 | grep -q 'not found' || return 0
  unpack "$1" $(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts \
    --no-breaks --no-replaces --no-enhances doxygen | grep '^lib' | grep -v -e '^libc6' -e ':' |
    sort -u) || return 1
  for lib in "$1"/usr/lib/*-linux-*; do break; done
  mv "$program" "$program.bin" || return 1
  cat > "$program" << END
#!/bin/sh
here=\$(dirname "\$0")
export LD_LIBRARY_PATH="\$here/../lib/${lib##*/}:\$here/../../lib/${lib##*/}"
exec "\$here/doxygen.bin" "\$@"
END
  chmod +x "$program" && "$program" --version > /dev/null
}

# take NAME PACKAGE SUITE
take() {
  [ -d "$dir/$1" ] && return 0
  rm -rf "$dir/part" "$state/rt"
  case $2 in
    libkokkos-dev) unpack_kokkos "$dir/part" ;;
    doxygen) unpack_doxygen "$dir/part" ;;
    libmpfr-dev) unpack "$dir/part" "$2" libgmp-dev ;;
    libbenchmark-dev) unpack "$dir/part" "$2" $(depends "$2" | grep '^libbenchmark') ;;
    *) unpack "$dir/part" "$2" ;;
  esac && relocate "$dir/part" && mv "$dir/part" "$dir/$1" && say "$2 of Debian $3"
}

for suite in ${DEBIAN_RELEASES:-sid testing}; do
  for mirror in $mirrors; do
    say "deb [signed-by=$key] $mirror $suite main" > "$state/sources.list"
    apt-get -qq update || continue
    missing=
    for want; do
      take "${want%%=*}" "${want#*=}" "$suite" || missing=yes
    done
    [ "$missing" ] || exit 0
  done
done
exit 1
