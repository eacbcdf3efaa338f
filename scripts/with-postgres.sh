#!/usr/bin/env bash
# Runs a command beside a throw-away PostgreSQL server and removes the server afterwards.
#   scripts/with-postgres.sh cargo nextest run -p backend
# The command finds it in TEST_POSTGRES_URL (no database name). A server that is already named
# there is used as it is.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

[ $# -gt 0 ] || fail "with-postgres.sh needs a command to run" "For example: scripts/with-postgres.sh psql -c 'select 1'"
[ -z "${TEST_POSTGRES_URL:-}" ] || exec "$@"

find_binaries() {
  local folder
  for folder in /usr/lib/postgresql/*/bin /opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin; do
    [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ] && bin=$folder
  done
  if [ -z "${bin:-}" ] && have initdb && have postgres; then
    bin=$(dirname "$(command -v initdb)")
  fi
  [ -n "${bin:-}" ]
}

find_binaries || apt_install postgresql
find_binaries || fail "PostgreSQL is missing" "Install it (Debian: apt-get install postgresql), then run this again."

# PostgreSQL refuses to run as root, so root lends it another user.
as_server=()
if [ "$(id -u)" -eq 0 ]; then
  owner=nobody
  ! id postgres >/dev/null 2>&1 || owner=postgres
  have runuser || fail "runuser is missing, and PostgreSQL refuses to run as root" "Run this as an ordinary user."
  as_server=(runuser -u "$owner" --)
fi

cluster=$(mktemp -d "${TMPDIR:-/tmp}/perennial-postgres.XXXXXX")
child=
# shellcheck disable=SC2317 # called by the trap
stop() {
  local status=$?
  trap - EXIT INT TERM HUP
  if [ -n "$child" ]; then
    kill "$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true
  fi
  if [ -f "$cluster/data/postmaster.pid" ]; then
    serve pg_ctl stop --silent --mode=immediate --pgdata "$cluster/data" >/dev/null 2>&1 || true
  fi
  rm -rf "$cluster"
  exit "$status"
}
serve() {
  local program=$1
  shift
  (cd "$cluster" && exec ${as_server[@]+"${as_server[@]}"} "$bin/$program" "$@")
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
[ ${#as_server[@]} -eq 0 ] || chown "$owner" "$cluster"

quietly postgres-init serve initdb --pgdata "$cluster/data" --username perennial --auth trust --encoding UTF8 --locale C --no-sync ||
  fail "PostgreSQL could not create a cluster in $cluster" "Is there room in ${TMPDIR:-/tmp}, and may $(id -un) write there?"

# A free port can be taken between looking and binding: try a few.
options="-c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=300"
options+=" -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0"
# Hundreds of databases that live for a second each are not worth tidying.
options+=" -c autovacuum=off"
for attempt in 1 2 3 4 5; do
  port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
  if serve pg_ctl start --silent --wait --timeout 60 --pgdata "$cluster/data" --log "$cluster/server.log" \
    --options "$options -p $port" >/dev/null 2>&1; then
    break
  fi
  if [ "$attempt" = 5 ]; then
    tail -n 20 "$cluster/server.log" >&2 || true
    fail "PostgreSQL did not start" "Its words are above."
  fi
done

export TEST_POSTGRES_URL="postgres://perennial@127.0.0.1:$port"
export PGHOST=127.0.0.1 PGPORT=$port PGUSER=perennial PGDATABASE=postgres
say "PostgreSQL $("$bin/postgres" --version | awk '{print $3}') listens on port $port for this run"
# In the background, so that a signal reaches the trap above at once.
"$@" <&0 &
child=$!
status=0
wait "$child" || status=$?
child=
exit "$status"
