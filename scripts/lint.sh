#!/usr/bin/env bash
# Everything that reads the code without running it.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$root/scripts/steps.sh"

lint_steps() {
  cd "$root"
  # rust-embed and the bindings to our scripts want to see these when the code is compiled.
  mkdir -p "$dist"
  npm_install "$root/frontend"
  node scripts/spa-assets.mjs --scripts

  step "format (cargo fmt)" cargo fmt --all --check
  step "lints (clippy, all crates)" cargo clippy --workspace --all-targets --quiet -- -D warnings
  if [ -f backend/src/bin/xtask.rs ]; then
    step "house rules (xtask tidy)" cargo run --quiet --package backend --bin xtask -- tidy
  fi
  step "contrasts of the tokens" node scripts/check-contrast.mjs
  step "requirements and their tests" node scripts/check-requirements.mjs
  npm_install "$root/e2e"
  step "types of the browser tests" e2e/node_modules/.bin/tsc --project e2e
  if have shellcheck; then
    step "scripts (shellcheck)" shellcheck --external-sources --source-path=SCRIPTDIR scripts/*.sh scripts/shims/* .ci/run
  else
    skip "scripts (shellcheck)" "shellcheck is not installed"
  fi
  if have cargo-deny; then
    step "licences and sources (cargo deny)" cargo deny --offline check licenses bans sources
  fi
}

# test.sh sources this file for the steps alone.
if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  lint_steps
  close_steps
fi
