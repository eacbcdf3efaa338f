#!/usr/bin/env bash
# A clean clone in a temporary folder, run and tested as a newcomer would. What is committed counts.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

folder=$(mktemp -d "${TMPDIR:-/tmp}/perennial-fresh.XXXXXX")
server=
# shellcheck disable=SC2317 # called by the trap
finish() {
  local status=$?
  trap - EXIT
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -rf "$folder"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

say "cloning what is committed into $folder"
git clone --quiet "$root" "$folder/perennial"
cd "$folder/perennial"
unset PERENNIAL_STARTED

say "make run"
begin=$(date +%s)
listen=127.0.0.1:$((20000 + RANDOM % 12000))
PERENNIAL_LISTEN=$listen make --no-print-directory run >"$folder/run.log" 2>&1 </dev/null &
server=$!
until curl --silent --fail "http://$listen/health/ready" >/dev/null 2>&1; do
  if ! kill -0 "$server" 2>/dev/null; then
    tail -n 60 "$folder/run.log" >&2
    fail "make run ended before it served" "Its words are above."
  fi
  sleep 1
done
curl --silent --fail "http://$listen/" | grep -q 'perennial-app' || fail "the server does not send the app"
say "make run served after $(($(date +%s) - begin)) s"
# make passes the signal on to the program that it waits for.
kill "$server" 2>/dev/null || true
wait "$server" 2>/dev/null || true
server=

say "make test"
make --no-print-directory test </dev/null
