#!/usr/bin/env bash
# Builds the worked examples for the browser and natively, for e2e/tests/rules.spec.ts; at once when
# nothing changed. The same compiler and profile as the app's, but nothing of it is served.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

"$root/scripts/setup-wasm.sh"
"$root/scripts/setup-frontend-tools.sh"
out=$spa_target/wasm-vectors
now=$(fingerprint shared Cargo.lock Cargo.toml .cargo scripts/build-wasm-vectors.sh)
if [ "$(cat "$out/built" 2>/dev/null)" = "$now" ]; then
  exit 0
fi
say "building the worked examples for the browser"
rm -rf "$out"
mkdir -p "$out"
(
  enter_wasm_environment
  quietly wasm-vectors cargo build --target wasm32-unknown-unknown --profile wasm \
    --package wasm-vectors --lib &&
    quietly wasm-vectors-glue "$PERENNIAL_WASM_BINDGEN" --target no-modules --no-typescript \
      --out-dir "$out" "$CARGO_TARGET_DIR/wasm32-unknown-unknown/wasm/wasm_vectors.wasm"
) || fail "the worked examples did not build for the browser" "The compiler's words are above."
echo "$now" >"$out/built"
