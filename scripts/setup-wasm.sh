#!/usr/bin/env bash
# Finds a compiler for the browser and writes in .tools/wasm.env which way was taken.
#   rustup   the ordinary way: the target wasm32-unknown-unknown of rustup's toolchain
#   debian   where the toolchain server cannot be reached: Debian's rustc with its library source
# PERENNIAL_WASM=rustup|debian insists on one of them.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

target=wasm32-unknown-unknown
wanted=${PERENNIAL_WASM:-any}
env_file=$tools/wasm.env

# The linker must match the compiler's LLVM, which Debian's security updates move forward.
linker_package() {
  local major
  major=$(dpkg-query -W -f '${Depends}' rust-web-llvm 2>/dev/null | grep -oE 'llvm-[0-9]+' | head -n 1 || true)
  [ -n "$major" ] || major=$(apt-cache depends rust-web-llvm 2>/dev/null | grep -oE 'llvm-[0-9]+' | head -n 1 || true)
  echo "lld-${major##*-}"
}
packages=(rustc-web cargo-web rust-web-src rust-web-llvm)
have dpkg-query && packages+=("$(linker_package)")
[ "${packages[-1]}" != lld- ] || packages[-1]=lld-22

rustup_has_target() {
  have rustup && rustup target list --installed 2>/dev/null | grep -qx "$target" &&
    [ -d "$(rustc --print sysroot)/lib/rustlib/$target/lib" ]
}

# Without rustup a distribution's compiler may bring the target itself.
plain_rustc_has_target() {
  ! have rustup && have rustc && compgen -G "$(rustc --print sysroot)/lib/rustlib/$target/lib/libstd-*.rlib" >/dev/null
}

debian_is_installed() {
  [ -x /usr/bin/rustc ] && [ -x /usr/bin/cargo ] && dpkg-query -W "${packages[@]}" >/dev/null 2>&1
}

record() {
  if [ "$(cat "$env_file" 2>/dev/null)" != "WASM_WAY=$1" ]; then
    say "the browser app is compiled by $1"
    echo "WASM_WAY=$1" >"$env_file"
  fi
}

if [ "$wanted" != debian ]; then
  if rustup_has_target || plain_rustc_has_target; then
    record rustup
    exit 0
  fi
  # Do not ask the toolchain server again on every run once Debian's compiler is there.
  if have rustup && { [ "$wanted" = rustup ] || ! debian_is_installed; }; then
    say "asking rustup for the target $target (at most 60 seconds)"
    if quietly rustup timeout 60 rustup target add "$target" && rustup_has_target; then
      record rustup
      exit 0
    fi
    say "rustup could not fetch it; taking Debian's compiler instead"
  fi
  [ "$wanted" != rustup ] || fail "rustup cannot add the target $target" "Check the connection and run: rustup target add $target"
fi

debian_is_installed || apt_install "${packages[@]}"
debian_is_installed || fail "no compiler for the browser could be had" \
  "Either run: rustup target add $target" "or, on Debian 12, as root: apt-get install ${packages[*]}"
record debian
