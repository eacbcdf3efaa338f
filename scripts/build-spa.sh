#!/usr/bin/env bash
# Builds the browser app into frontend/dist; at once when nothing changed.
#   --dev     quick to build, big to load
#   --force   even if nothing changed
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

mode=release
force=no
for argument in "$@"; do
  case $argument in
    --dev) mode=dev ;;
    --force) force=yes ;;
    *) fail "build-spa.sh does not know '$argument'" "It takes --dev and --force." ;;
  esac
done

"$root/scripts/setup-wasm.sh"
way=$(cat "$tools/wasm.env")
way=${way#WASM_WAY=}
# What was built and how; a release build also serves where a dev build would do.
stamp=$spa_target/built
now="$(fingerprint frontend shared Cargo.lock Cargo.toml Trunk.toml .cargo scripts/shims scripts/spa-*.mjs)"
if [ "$force" = no ] && [ -f "$stamp" ] && [ -f "$dist/index.html" ]; then
  built=$(cat "$stamp")
  if [ "$built" = "release $now" ] || [ "$built" = "$mode $now" ]; then
    say "the browser app is up to date"
    exit 0
  fi
fi
"$root/scripts/setup-frontend-tools.sh"

mkdir -p "$spa_target" "$dist"
enter_wasm_environment

# build page.html dist-folder public-url: whatever the page is called, its address is the folder's.
build() {
  local options=(--html-output index.html)
  [ "$mode" = dev ] || options+=(--release)
  quietly "spa-$(basename "$1" .html)" trunk build "${options[@]}" --dist "$2" --public-url "$3" "$1"
}

rm -f "$stamp"
say "building the browser app ($mode, by $way)"
build frontend/index.html "$dist" / || fail "the browser app did not build" "The compiler's words are above."
if [ -f "$root/frontend/portal.html" ]; then
  say "building the client portal"
  build frontend/portal.html "$dist/portal" /portal/ || fail "the portal did not build" "The compiler's words are above."
fi
echo "$mode $now" >"$stamp"
say "the browser app is in ${dist#"$root"/}"
