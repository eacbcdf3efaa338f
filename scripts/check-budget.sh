#!/usr/bin/env bash
# The sizes of frontend/dist as they travel (brotli), against the budgets of the UX brief.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

[ -f "$dist/index.html" ] || fail "there is no browser app in frontend/dist" "Run: scripts/build-spa.sh"
compgen -G "$dist/*_bg.wasm.br" >/dev/null ||
  fail "frontend/dist holds a dev build, which is not compressed" "Run: scripts/build-spa.sh --force"

over=0

# Bytes of these files as the server sends them: the .br beside a file, or the file itself.
travelling() {
  local total=0 file
  for file in "$@"; do
    [ -f "$file" ] || continue
    [ ! -f "$file.br" ] || file=$file.br
    total=$((total + $(wc -c <"$file")))
  done
  echo "$total"
}

row() {
  local name=$1 bytes=$2 target=$3 limit=$4 verdict=ok
  if [ "$bytes" -gt $((limit * 1000)) ]; then
    verdict="OVER"
    over=1
  elif [ "$bytes" -gt $((target * 1000)) ]; then
    verdict="above its target"
  fi
  printf '%-34s %8.1f KB   target %4d   limit %4d   %s\n' "$name" "$(kilobytes "$bytes")" "$target" "$limit" "$verdict"
}

kilobytes() {
  awk -v bytes="$1" 'BEGIN { printf "%.1f", bytes / 1000 }'
}

# bundle words folder: wasm, JS, CSS, fonts and all of it, each with target and limit in KB.
bundle() {
  local name=$1 folder=$2 wasm js css fonts page scripts
  wasm=$(travelling "$folder"/*.wasm)
  # Bundled modules lie in folders of their own; the portal's folder is inside that of the staff app.
  mapfile -t scripts < <(cd "$folder" && find . -path ./portal -prune -o -name '*.js' -print)
  js=$(travelling "${scripts[@]/#/$folder/}")
  css=$(travelling "$folder"/*.css)
  fonts=$(travelling "$dist"/fonts/*.woff2)
  page=$(travelling "$folder"/index.html "$folder"/*.svg)
  row "$name: WebAssembly" "$wasm" "$3" "$4"
  row "$name: JavaScript" "$js" 25 40
  row "$name: CSS" "$css" 12 16
  row "$name: fonts" "$fonts" 50 60
  row "$name: first visit, all bytes" $((wasm + js + css + fonts + page)) "$5" "$6"
}

# 600 and 720 for now, not 500 and 620: docs/decisions/0009-the-bundle-is-over-its-budget.md.
bundle "staff app" "$dist" 400 600 500 720
[ ! -d "$dist/portal" ] || bundle "client portal" "$dist/portal" 200 250 300 380

if [ "$over" -ne 0 ]; then
  fail "a bundle is over its budget" "Take something out, or say in the change why the budget must move."
fi
