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
  TMPDIR=$(scratch) "$root/scripts/with-postgres.sh" cargo nextest run --workspace --no-tests=pass
}

built_steps=("tests of rules, browser logic and API" "examples in the documentation" "OpenAPI document")
browser_step="browser tests (Playwright)"

lint_steps
step "vectors" vectors
step "compile (server, rules, browser logic, tests)" cargo build --workspace --all-targets --quiet
compiled=$step_ok
if [ "$compiled" = yes ]; then
  step "${built_steps[0]}" everything_else
  step "${built_steps[1]}" cargo test --workspace --doc --quiet
  step "${built_steps[2]}" "$root/scripts/check-openapi.sh"
else
  skip_all "it did not compile" "${built_steps[@]}"
fi
step "browser app (release build)" "$root/scripts/build-spa.sh"
if [ "$step_ok" = yes ]; then
  step "budget of the browser app" "$root/scripts/check-budget.sh"
else
  skip_all "the app did not build" "budget of the browser app"
  compiled=no
fi
if [ "$compiled" = yes ]; then
  step "$browser_step" "$root/scripts/e2e.sh"
else
  skip_all "there is no program to drive" "$browser_step"
fi
close_steps
