#!/usr/bin/env bash
# For working on it: the server in its dev build, and the browser app rebuilt on each change.
# The page is on http://127.0.0.1:8081; what it asks under /api goes to the server on 8080.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

need_rust
for place in 127.0.0.1:8080 127.0.0.1:8081; do
  must_be_free "$place" "End that program ('make run' may still be running), then run this again."
done
"$root/scripts/setup-wasm.sh"
"$root/scripts/setup-frontend-tools.sh"
mkdir -p "$dist" "$spa_target" data

say "building the server"
# The same command as in test.sh, so that nothing is compiled twice.
quietly server cargo build --workspace --all-targets || fail "the server did not build" "The compiler's words are above."

"$native_target/debug/perennial" serve --demo --listen 127.0.0.1:8080 --database sqlite://data/dev.db &
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
trap 'exit 130' INT TERM

enter_wasm_environment
say "the app is on http://127.0.0.1:8081 and follows each change (end it with Ctrl-C)"
# Its own folder: frontend/dist keeps the release build.
mkdir -p "$spa_target/dev"
trunk serve --dist "$spa_target/dev"
