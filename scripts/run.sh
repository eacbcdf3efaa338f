#!/usr/bin/env bash
# Sets everything up, builds, and serves the sample agency on http://127.0.0.1:8080.
#   PERENNIAL_LISTEN, PERENNIAL_DATABASE   other places
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

listen=${PERENNIAL_LISTEN:-127.0.0.1:8080}
database=${PERENNIAL_DATABASE:-sqlite://data/perennial.db}

need_rust
must_be_free "$listen" "End that program, or choose another place: PERENNIAL_LISTEN=127.0.0.1:8090 make run"

"$root/scripts/build-spa.sh"

build_release_server

mkdir -p data
say "serving the sample agency on http://$listen (end it with Ctrl-C)"
exec "$native_target/release/perennial" serve --demo --listen "$listen" --database "$database"
