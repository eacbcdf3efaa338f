#!/usr/bin/env bash
# Measures the release build: the first visit beside a bare page, and the answers of the API.
# Reports, never fails on a time: machines are noisy.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

need_rust
"$root/scripts/setup-tests.sh"
"$root/scripts/build-spa.sh"
build_release_server
"$root/scripts/check-budget.sh"

cd e2e
export PERENNIAL_BINARY=$native_target/release/perennial
exec node_modules/.bin/playwright test --config playwright.bench.config.ts "$@"
