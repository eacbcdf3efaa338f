#!/usr/bin/env bash
# Everything that the continuous integration runs, and what it needs installed first.
# Ends with a table of steps and one line: N passed, N failed.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$root/scripts/steps.sh"
source "$root/scripts/lint.sh"
cd "$root"

need_rust
"$root/scripts/setup-tests.sh"
"$root/scripts/setup-wasm.sh"
"$root/scripts/setup-frontend-tools.sh"

# The vectors print a line of their own, which is repeated here.
vectors() {
  cargo test --quiet --package shared --test vectors
}

# Rules, browser logic and the API, each test of the API on SQLite and on PostgreSQL. The vectors
# are left out by .config/nextest.toml.
everything_else() {
  "$root/scripts/with-postgres.sh" cargo nextest run --workspace --no-tests=pass
}

lint_steps
step "compile (server, rules, browser logic, tests)" cargo build --workspace --all-targets --quiet
step "vectors" vectors
step "tests of rules, browser logic and API" everything_else
step "examples in the documentation" cargo test --workspace --doc --quiet
step "OpenAPI document" "$root/scripts/check-openapi.sh"
step "browser app (release build)" "$root/scripts/build-spa.sh"
step "budget of the browser app" "$root/scripts/check-budget.sh"
step "browser tests (Playwright)" "$root/scripts/e2e.sh"
close_steps
