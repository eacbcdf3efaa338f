#!/usr/bin/env bash
# The browser tests against the real program. Arguments go to Playwright:
#   scripts/e2e.sh tests/smoke.spec.ts --headed
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

need_rust
"$root/scripts/setup-tests.sh"
"$root/scripts/build-spa.sh"
"$root/scripts/build-wasm-vectors.sh"
say "building the server"
# The same command as in test.sh, so that nothing is compiled twice.
quietly server cargo build --workspace --all-targets || fail "the server did not build" "The compiler's words are above."

cd e2e
export PERENNIAL_BINARY=${PERENNIAL_BINARY:-$native_target/debug/perennial}
TMPDIR=$(scratch)
export TMPDIR
exec node_modules/.bin/playwright test "$@"
