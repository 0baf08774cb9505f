#!/usr/bin/env bash
# Everything a person needs on a fresh machine:
#   bash packaging/dev.sh run   [PATH…]   set up, then open the window on the sample case (without a display: analyze it)
#   bash packaging/dev.sh test            set up, then lint, type-check, check the import contracts, run every test
#   bash packaging/dev.sh build           set up a clean environment, make the packaged build and smoke-test it
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
environment=.venv
python_versions="python3.11 python3.12 python3"
window_libraries="libegl1 libgl1 libxkbcommon0 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libpulse0 libdbus-1-3 libfontconfig1"
test_packages="xvfb fonts-noto-cjk"

say() { printf '%s\n' "$*" >&2; }

install_system_packages() {
  local missing=() package
  command -v dpkg-query >/dev/null 2>&1 || { say "Not a Debian-like system: Qt needs the equivalents of: $*"; return 0; }
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then as_root=(sudo -n)
    else
      say "These system packages are missing and need an administrator: ${missing[*]}"
      say "  sudo apt-get install ${missing[*]}"
      return 0
    fi
  fi
  say "Installing system packages: ${missing[*]}"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

find_python() {
  local candidate
  for candidate in $python_versions; do
    if command -v "$candidate" >/dev/null 2>&1 &&
      "$candidate" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' 2>/dev/null; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  say "Python 3.11 or 3.12 with venv is needed (Debian: apt-get install python3 python3-venv)."
  return 1
}

# $1: folder of the virtual environment, $2: extras in brackets or nothing
set_up() {
  local folder=$1 extras=$2 python wanted
  if [ ! -x "$folder/bin/python" ]; then
    python=$(find_python)
    say "Making the virtual environment $folder"
    "$python" -m venv "$folder"
    printf '*\n' > "$folder/.gitignore"
  fi
  wanted=$(cat pyproject.toml packaging/constraints.txt | sha256sum | cut -d' ' -f1)
  if ! grep -qsxF "$wanted $extras" "$folder/installed"; then
    say "Installing the packages ${extras:-of the app}"
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check -c packaging/constraints.txt -e ".$extras" >&2
    printf '%s\n' "$wanted $extras" >> "$folder/installed"
  fi
}

has_display() {
  [ -n "${DISPLAY:-}" ] || [ -n "${WAYLAND_DISPLAY:-}" ] || [ "$(uname -s)" = Darwin ]
}

run() {
  install_system_packages $window_libraries
  set_up "$environment" ""
  if has_display; then
    [ $# -gt 0 ] || set -- --sample-case
    exec "$environment/bin/meddx" "$@"
  fi
  say "No display: analyzing the bundled sample case instead of opening the window."
  if [ $# -gt 0 ]; then exec "$environment/bin/meddx" analyze "$@"; fi
  exec "$environment/bin/meddx" analyze --sample-case --explain
}

run_tests() {
  install_system_packages $window_libraries $test_packages
  set_up "$environment" "[dev,training,packaging]"
  export QT_QPA_PLATFORM=offscreen PYTHONDONTWRITEBYTECODE=1
  local bin="$environment/bin"
  "$bin/ruff" check
  "$bin/ruff" format --check
  "$bin/mypy"
  "$bin/lint-imports"
  "$bin/pytest" -n "${MEDDX_TEST_WORKERS:-2}" --dist loadgroup "$@"
}

build() {
  install_system_packages $window_libraries
  set_up packaging/scratch/environment "[packaging]"
  packaging/scratch/environment/bin/python packaging/build.py "$@"
  packaging/scratch/environment/bin/python packaging/smoke_test.py
}

case "${1:-}" in
  run) shift; run "$@" ;;
  test) shift; run_tests "$@" ;;
  build) shift; build "$@" ;;
  *) sed -n '2,5p' "${BASH_SOURCE[0]}" | cut -c3- >&2; exit 2 ;;
esac
