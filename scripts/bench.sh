#!/usr/bin/env bash
# Measures the release build: books of a hundred to a million entries side by side, timelines of a
# hundred and a hundred thousand items, the first visit beside a bare page, and the answers of the API.
# Reports, and fails on no time, since machines are noisy: only a long timeline that opens slower in the
# browser than a short one in the same run is a fault.
#   scripts/bench.sh ageing      books, timelines, billing; their numbers are left in target/bench.json
#   scripts/bench.sh billing     the billing alone
#   scripts/bench.sh timelines   the timelines alone, without a browser
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

need_rust

# On PostgreSQL: scripts/with-postgres.sh scripts/bench.sh ageing
ageing() {
  mkdir -p "$root/target" "$dist"
  say "building what measures books (the first time takes some minutes)"
  quietly ageing cargo build --release --package backend --bin ageing ||
    fail "what measures books did not build" "The compiler's words are above."
  say "${1:-books with 10^2, 10^4 and 10^6 entries, timelines, then billing}"
  "$native_target/release/ageing" "${TEST_POSTGRES_URL:-sqlite}" "$root/target/bench.json" "$@"
}

case "${1:-}" in
  ageing) ageing && exit ;;
  billing | timelines) ageing "$1" && exit ;;
esac

"$root/scripts/setup-tests.sh"
"$root/scripts/build-spa.sh"
build_release_server
"$root/scripts/check-budget.sh"
ageing
say "a file with timelines of 10^2 and 10^5 items, for the browser"
"$native_target/release/ageing" keep "$root/target/timelines"

cd e2e
export PERENNIAL_BINARY=$native_target/release/perennial
export PERENNIAL_TIMELINES=$root/target/timelines/timelines.db
exec node_modules/.bin/playwright test --config playwright.bench.config.ts "$@"
