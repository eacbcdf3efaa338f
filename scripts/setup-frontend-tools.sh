#!/usr/bin/env bash
# The tools that build the browser app: trunk, wasm-bindgen's and wasm-split's programs, and the
# npm packages.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

trunk_version=0.21.14
split_version=0.2.4
bindgen_version=$(locked_version wasm-bindgen)
[ -n "$bindgen_version" ] || fail "Cargo.lock names no wasm-bindgen" "Run: cargo generate-lockfile"

# Installs a Rust tool unless that very version is already on PATH.
cargo_tool() {
  local program=$1 crate=$2 version=$3
  shift 3
  if have "$program" && "$program" --version 2>/dev/null | grep -qF " $version"; then
    return 0
  fi
  install_tool "$crate" "$version" "$@"
}

install_tool() {
  local crate=$1 version=$2
  shift 2
  say "building $crate $version (two to five minutes, once)"
  quietly "$crate" env CARGO_TARGET_DIR="$tools/target" \
    cargo install --root "$tools" --debug --force "$@" --version "$version" "$crate" ||
    fail "$crate $version could not be installed" \
      "Check the connection to the registry of crates and run: cargo install --version $version $crate"
  rm -rf "$tools/target"
}

# wasm-bindgen's lock file may ask for more than a mirror has, so it goes without.
cargo_tool wasm-bindgen wasm-bindgen-cli "$bindgen_version"
cargo_tool trunk trunk "$trunk_version" --locked
# wasm-split-cli does not tell its version: a file beside it does.
split_stamp=$tools/bin/wasm-split-cli-$split_version
if [ ! -f "$split_stamp" ] || ! have wasm-split-cli; then
  install_tool wasm_split_cli_support "$split_version" --locked --features build-binary
  touch "$split_stamp"
fi
npm_install "$root/frontend"
