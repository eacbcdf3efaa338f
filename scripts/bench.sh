#!/usr/bin/env bash
# Measures the release build: books of a hundred to a million entries side by side, the first visit
# beside a bare page, and the answers of the API. Reports, never fails on a time: machines are noisy.
#   scripts/bench.sh ageing    the books and the billing; their numbers are left in target/bench.json
#   scripts/bench.sh billing   the billing alone
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

need_rust

# On PostgreSQL: scripts/with-postgres.sh scripts/bench.sh ageing
ageing() {
  mkdir -p "$root/target" "$dist"
  say "building what measures books (the first time takes some minutes)"
  quietly ageing cargo build --release --package backend --bin ageing ||
    fail "what measures books did not build" "The compiler's words are above."
  say "${1:-books with 10^2, 10^4 and 10^6 entries, then billing}"
  "$native_target/release/ageing" "${TEST_POSTGRES_URL:-sqlite}" "$root/target/bench.json" "$@"
}

case "${1:-}" in
  ageing) ageing && exit ;;
  billing) ageing billing && exit ;;
esac

"$root/scripts/setup-tests.sh"
"$root/scripts/build-spa.sh"
build_release_server
"$root/scripts/check-budget.sh"
ageing

cd e2e
export PERENNIAL_BINARY=$native_target/release/perennial
exec node_modules/.bin/playwright test --config playwright.bench.config.ts "$@"
