#!/usr/bin/env bash
# What the tests need beyond the compiler: Chromium, Inter, PostgreSQL, nextest, a mail server, a
# server of Stripe's API, npm packages.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

nextest_version=0.9.143
aiosmtpd_version=1.4.6
localstripe_version=1.15.10

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

# A real mail server, in a folder of its own.
smtp_stamp=$tools/smtp/.version
if [ "$(cat "$smtp_stamp" 2>/dev/null)" != "$aiosmtpd_version" ]; then
  say "installing the mail server of the tests, aiosmtpd $aiosmtpd_version"
  rm -rf "$tools/smtp"
  if ! quietly smtp python3 -m venv "$tools/smtp" ||
    ! quietly smtp "$tools/smtp/bin/pip" install --quiet --disable-pip-version-check "aiosmtpd==$aiosmtpd_version"; then
    fail "aiosmtpd could not be installed" "Check the connection to the registry of Python packages and run this again."
  fi
  echo "$aiosmtpd_version" >"$smtp_stamp"
fi

# A server of Stripe's API that keeps state, likewise.
stripe_stamp=$tools/stripe/.version
if [ "$(cat "$stripe_stamp" 2>/dev/null)" != "$localstripe_version" ]; then
  say "installing Stripe's API for the tests, localstripe $localstripe_version"
  rm -rf "$tools/stripe"
  if ! quietly stripe python3 -m venv "$tools/stripe" ||
    ! quietly stripe "$tools/stripe/bin/pip" install --quiet --disable-pip-version-check "localstripe==$localstripe_version"; then
    fail "localstripe could not be installed" "Check the connection to the registry of Python packages and run this again."
  fi
  echo "$localstripe_version" >"$stripe_stamp"
fi

npm_install "$root/e2e"
