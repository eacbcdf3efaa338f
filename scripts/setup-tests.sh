#!/usr/bin/env bash
# What the tests need beyond the compiler: Chromium, Inter, PostgreSQL, nextest, npm packages.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

nextest_version=0.9.143

missing=()
if [ -z "${CHROMIUM:-}" ] && ! have chromium-headless-shell; then
  if apt-cache show chromium-headless-shell >/dev/null 2>&1; then
    missing+=(chromium-headless-shell)
  elif ! have chromium && ! have chromium-browser && ! have google-chrome; then
    missing+=(chromium)
  fi
fi
# Screenshots are compared: the page and the browser's own widgets should use the same face.
{ have fc-list && [ -n "$(fc-list Inter 2>/dev/null)" ]; } || missing+=(fonts-inter fontconfig)
have initdb || compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null || missing+=(postgresql)
have shellcheck || missing+=(shellcheck)
if [ ${#missing[@]} -gt 0 ]; then
  apt_install "${missing[@]}"
fi

if ! have cargo-nextest; then
  say "building cargo-nextest $nextest_version (about five minutes, once)"
  quietly nextest env CARGO_TARGET_DIR="$tools/target" \
    cargo install --root "$tools" --debug --locked --version "$nextest_version" cargo-nextest ||
    fail "cargo-nextest could not be installed" \
      "Check the connection to the registry of crates and run: cargo install --locked cargo-nextest"
  rm -rf "$tools/target"
fi

npm_install "$root/e2e"
