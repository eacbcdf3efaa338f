#!/usr/bin/env bash
# Removes what builds and tests left. The database under data/ stays.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"
say "removing builds, tools and test output; data/ stays"
rm -rf target frontend/target frontend/dist frontend/node_modules \
  e2e/node_modules e2e/test-results e2e/playwright-report .tools
