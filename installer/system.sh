#!/bin/sh
# Installs the system libraries that Qt and the virtual display need. Debian and Ubuntu only; says what it does.
set -eu
packages="xvfb xauth libegl1 libgl1 libgl1-mesa-dri libopengl0 libdbus-1-3 libfontconfig1 libglib2.0-0 libgomp1
libxkbcommon-x11-0 libx11-xcb1 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0
libxcb-render-util0 libxcb-shape0 libxcb-sync1 libxcb-xfixes0 libxcb-xkb1 python3-venv"

if [ "$(uname -s)" != "Linux" ]; then
    echo "Not Linux: no system libraries are installed (this platform is untested)."
    exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "This Linux has no apt-get. Please install Xvfb and the xcb libraries of Qt 6 by your package manager."
    exit 0
fi
missing=""
for package in $packages; do
    # Newer releases rename some (libglib2.0-0t64): what another installed package provides is not missing.
    dpkg-query -W -f '${Status}\n' "$package" "${package}t64" 2>/dev/null | grep -q "ok installed" || missing="$missing $package"
done
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ]; then
    run=""
    echo "Installing system libraries with apt-get (as root):$missing"
elif command -v sudo >/dev/null 2>&1; then
    run="sudo"
    echo "Installing system libraries with sudo apt-get (it may ask for your password):$missing"
else
    echo "These system libraries are missing, and this is neither root nor is there sudo:$missing" >&2
    echo "Ask an administrator to run: apt-get install$missing" >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
$run apt-get update -qq || echo "apt-get update failed; trying with the package lists at hand."
# shellcheck disable=SC2086 - a list of words
$run apt-get install -y -qq --no-install-recommends $missing
