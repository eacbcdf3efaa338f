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
  printf '%-40s %8.1f KB   target %4d   limit %4d   %s\n' "$name" "$(kilobytes "$bytes")" "$target" "$limit" "$verdict"
}

kilobytes() {
  awk -v bytes="$1" 'BEGIN { printf "%.1f", bytes / 1000 }'
}

# The bytes of the largest of these files.
largest() {
  local most=0 file bytes
  for file in "$@"; do
    bytes=$(travelling "$file")
    [ "$bytes" -le "$most" ] || most=$bytes
  done
  echo "$most"
}

# Files of a bundle by the ends of their names; the portal's folder is inside that of the staff app.
files() {
  find "$1" -path "$1/portal" -prune -o -name "$2" -print
}

# measure folder: the bytes of a first visit, in variables that the caller has made local.
measure() {
  local folder=$1 scripts
  # Bundled modules lie in folders of their own.
  mapfile -t scripts < <(files "$folder" '*.js')
  wasm=$(travelling "$folder"/*_bg.wasm)
  words=$(largest "$folder"/words-*.txt)
  js=$(travelling "${scripts[@]}")
  css=$(travelling "$folder"/*.css)
  fonts=$(travelling "$dist"/fonts/*.woff2)
  page=$(travelling "$folder"/index.html "$folder"/*.svg)
  first=$((wasm + words + js + css + fonts + page))
}

# bundle "name" folder, then target and limit in KB of the WebAssembly and of the first visit.
bundle() {
  local name=$1 wasm words js css fonts page first
  measure "$2"
  row "$name: WebAssembly" "$wasm" "$3" "$4"
  row "$name: words of a language" "$words" 12 36
  row "$name: JavaScript" "$js" 25 40
  row "$name: CSS" "$css" 12 16
  row "$name: fonts" "$fonts" 50 60
  row "$name: first visit, all bytes" "$first" "$5" "$6"
}

# What is loaded when an area is first opened: its own part, and of what areas share what it needs.
later() {
  local name=$1 wasm words js css fonts page first parts area most where all
  measure "$dist"
  mapfile -t parts < <(files "$dist" '*.wasm' | grep -vE '/shared-|_bg\.wasm$')
  area=$(largest "${parts[@]}")
  read -r most where < <(node "$root/scripts/spa-areas.mjs" "$dist") ||
    fail "what an area loads cannot be told" "node's words are above."
  all=$((wasm + $(travelling "$dist"/shared-*.bin "$dist"/shared-*.wasm "${parts[@]}")))
  row "$name: largest area alone" "$area" 100 140
  row "$name: most of an area ($where)" "$most" 210 345
  row "$name: first visit, and that area" $((first + most)) 600 850
  row "$name: all WebAssembly" "$all" 1000 2900
}

bundle "staff app" "$dist" 400 500 500 620
later "staff app"
[ ! -d "$dist/portal" ] || bundle "client portal" "$dist/portal" 200 250 300 380

if [ "$over" -ne 0 ]; then
  fail "a bundle is over its budget" "Take something out, or say in the change why the budget must move."
fi
