# What the scripts share: words, elapsed time and the places of things. Sourced, not run.
# shellcheck shell=bash disable=SC2034

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tools=$root/.tools
native_target=${CARGO_TARGET_DIR:-$root/target}
spa_target=$root/frontend/target
dist=$root/frontend/dist
export PATH="$tools/bin:${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
mkdir -p "$tools/bin" "$tools/log"

started=${PERENNIAL_STARTED:-$(date +%s)}
export PERENNIAL_STARTED=$started

say() {
  printf '[%3ds] %s\n' "$(($(date +%s) - started))" "$*"
}

# Says what went wrong, what to do about it, and stops.
fail() {
  printf '[%3ds] stopped: %s\n' "$(($(date +%s) - started))" "$1" >&2
  shift
  [ $# -eq 0 ] || printf '        %s\n' "$@" >&2
  exit 1
}

have() {
  command -v "$1" >/dev/null 2>&1
}

need_rust() {
  have cargo || fail "Rust is missing" "Install it with rustup (https://rustup.rs), open a new shell, then run this again."
}

# must_be_free host:port "what to do about it"
must_be_free() {
  if (exec 3<>"/dev/tcp/${1%:*}/${1##*:}") 2>/dev/null; then
    fail "something already listens on $1" "$2"
  fi
}

# Runs a command with its output in a log; shows the end of the log, and hints, when it fails.
quietly() {
  local name=$1 log
  shift
  log=$tools/log/$name.log
  if "$@" >"$log" 2>&1 </dev/null; then
    return 0
  fi
  tail -n 25 "$log" >&2
  explain "$log"
  say "the whole output is in ${log#"$root"/}"
  return 1
}

# Turns the commonest failures of a log into a sentence.
explain() {
  if grep -qiE "blocking waiting for file lock" "$1"; then
    say "another cargo held the lock of this folder for a while; that only costs time"
  fi
  if grep -qiE "could not resolve host|failed to download|network failure|ENOTFOUND|ETIMEDOUT|ECONNREFUSED|temporary failure resolving|failed to fetch|spurious network" "$1"; then
    say "the network or a package registry did not answer: check the connection, then run this again"
  fi
  if grep -qF "npm ci" "$1" && grep -qiE "in sync|from lock file" "$1"; then
    say "package-lock.json does not fit package.json: run 'npm install' there and commit both"
  fi
  if grep -qiE "no space left on device" "$1"; then
    say "the disk is full: free some space ('make clean' removes what the builds left), then run this again"
  fi
}

# One value that changes when the content of any of these files or folders changes.
fingerprint() {
  (cd "$root" && find "$@" \( -name target -o -name dist -o -name node_modules \) -prune -o -type f -print0 |
    sort -z | xargs -0 -r sha256sum | sha256sum | cut -c1-32)
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif have sudo && sudo -n true 2>/dev/null; then
    sudo -n "$@"
  else
    return 1
  fi
}

# Installs Debian packages; the caller has seen that something is missing.
apt_install() {
  have apt-get || fail "$* cannot be installed here: this machine has no apt-get" \
    "Install what these Debian packages hold with your own package manager, then run this again."
  say "installing the Debian packages $*"
  if ! quietly apt as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; then
    say "refreshing the package lists first"
    quietly apt as_root apt-get update || true
    quietly apt as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" ||
      fail "the Debian packages $* could not be installed" \
        "As root, run: apt-get update && apt-get install $*"
  fi
}

# npm ci, but only when the lock file differs from what is installed.
npm_install() {
  local folder=$1 stamp
  stamp=$folder/node_modules/.perennial-lock
  have npm || fail "Node.js with npm is missing" "Install Node.js 20 or newer (Debian: apt-get install nodejs npm)."
  if [ -f "$stamp" ] && cmp -s "$stamp" "$folder/package-lock.json"; then
    return 0
  fi
  node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' ||
    fail "Node.js $(node --version) is too old" "Install Node.js 20 or newer, then run this again."
  say "installing the npm packages of ${folder#"$root"/}"
  (cd "$folder" && quietly "npm-$(basename "$folder")" env PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-fund --no-audit) ||
    fail "npm could not install the packages of ${folder#"$root"/}" "Check the connection to the npm registry and run this again."
  cp "$folder/package-lock.json" "$stamp"
}

# The version of a crate in Cargo.lock.
locked_version() {
  awk -v name="$1" '$1 == "name" && $3 == "\"" name "\"" { getline; gsub(/"/, "", $3); print $3; exit }' "$root/Cargo.lock"
}

# Puts the compiler that setup-wasm.sh found first. One target folder for each compiler, or each
# rebuilds what the other built.
enter_wasm_environment() {
  export CARGO_TARGET_DIR=$spa_target
  # Ours stands before it and calls it by this name.
  export PERENNIAL_WASM_BINDGEN=${PERENNIAL_WASM_BINDGEN:-$(command -v wasm-bindgen)}
  PATH="$root/scripts/shims:$root/frontend/node_modules/.bin:$PATH"
  grep -q '^WASM_WAY=debian' "$tools/wasm.env" || return 0
  CARGO_TARGET_DIR=$spa_target/debian
  mkdir -p "$tools/debian"
  ln -sf /usr/bin/cargo /usr/bin/rustc /usr/bin/rustdoc "$tools/debian/"
  PATH="$tools/debian:$PATH"
  export RUSTC_BOOTSTRAP=1 CARGO_UNSTABLE_BUILD_STD=std,panic_abort
}

# The server with the app inside. Cargo follows the files of frontend/dist that it put in, but not
# a folder that was missing then: an app younger than the program is pointed out to it.
build_release_server() {
  local program=$native_target/release/perennial
  if [ -f "$program" ] && [ "$spa_target/built" -nt "$program" ]; then
    touch "$root/backend/src/spa.rs"
  fi
  say "building the server (the first time takes some minutes)"
  quietly server cargo build --release --package backend --bin perennial ||
    fail "the server did not build" "The compiler's words are above."
}

# Where tests put databases that nobody keeps: in memory if there is room for hundreds, since a
# database waits for the disk at each commit.
scratch() {
  local free
  free=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1) || free=0
  if [ -w /dev/shm ] && [ "${free:-0}" -gt 10000000 ]; then
    echo /dev/shm
  else
    echo "${TMPDIR:-/tmp}"
  fi
}
