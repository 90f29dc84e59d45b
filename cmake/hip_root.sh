#!/bin/sh
# SPDX-License-Identifier: MIT
# Usage: hip_root.sh ROOT [FOLDER...] -- COMMAND [ARGUMENT...]
# Runs COMMAND in a Debian unstable root that has a HIP compiler, where the FOLDERs lie at their own
# paths. Makes ROOT first if it is not there, with the machine's own mirror and proxy; what that
# printed is in ROOT.log. It needs the rights of root, mounts and debootstrap: where the machine
# does not let it, this says "skipped: " and why, and exits with 77. So it does after the second
# (date +%s) that IDDPM_HIP_UNTIL names, if it is set.
set -u
LC_ALL=C
export LC_ALL
packages="g++ hipcc libamdhip64-dev rocm-cmake librocthrust-dev"
# For device_tidy; another version has other checks.
packages="$packages clang-tidy-21 libomp-21-dev"
# Dependencies that are the system's own have the same paths in there.
packages="$packages libeigen3-dev libxtensor-dev xtl-dev libstb-dev libcli11-dev nlohmann-json3-dev"

skip() { printf 'skipped: %s\n' "$*"; exit 77; }

root=$1
shift
folders=
while [ "$1" != -- ]; do
  folders="$folders $1"
  shift
done
shift

[ "$(date +%s)" -le "${IDDPM_HIP_UNTIL:-9999999999}" ] || skip "the time for it was over"
[ "$(id -u)" = 0 ] || skip "a Debian root needs the rights of root"
for tool in chroot flock mount unshare; do
  command -v "$tool" > /dev/null || skip "there is no $tool"
done
private="unshare --mount --propagation private" # its mounts end with the command
$private mount -t tmpfs none /mnt 2> /dev/null || skip "this machine allows no mounts"

# inside ROOT COMMAND...
inside() {
  in=$1
  shift
  $private sh -euc '
    root=$1 folders=$2
    shift 2
    for folder in /proc /sys /dev $folders; do
      mkdir -p "$root$folder"
      mount --rbind "$folder" "$root$folder"
    done
    PATH=/usr/sbin:/usr/bin:/sbin:/bin exec chroot "$root" "$@"' sh "$in" "$folders" "$@"
}

# Makes $root.part, which becomes $root when it is whole.
make_root() {
  part=$root.part log=$root.log
  command -v debootstrap > /dev/null || apt-get -qq -y install debootstrap > "$log" 2>&1 ||
    skip "there is no debootstrap, and apt did not install it; see $log"
  mirrors=$(apt-get indextargets --no-release-info --format '$(CREATED_BY)|$(REPO_URI)' |
    sed -n 's/^Packages|//p' | grep -v security | sort -u)
  mirror=$({ echo "$mirrors" | grep 'debian/*$'; echo "$mirrors"; } | head -n 1)
  [ "$mirror" ] || skip "apt knows no mirror"
  rm -rf "$part"
  $private debootstrap --variant=minbase sid "$part" "$mirror" > "$log" 2>&1 ||
    skip "debootstrap made no Debian unstable; see $log"
  {
    apt-config dump | grep '^Acquire::.*Proxy'
    echo 'Acquire::Check-Valid-Until "false";'
  } > "$part/etc/apt/apt.conf.d/90iddpm"
  inside "$part" sh -euc "
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update
    apt-get -qq -y --no-install-recommends install $packages
    apt-get clean" >> "$log" 2>&1 || skip "Debian unstable did not install $packages; see $log"
  mv "$part" "$root"
}

mkdir -p "$(dirname "$root")"
exec 9> "$root.lock"
flock 9
[ -d "$root" ] || make_root
exec 9>&-
inside "$root" "$@"
