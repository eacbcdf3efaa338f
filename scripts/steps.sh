# Runs named steps one after the other, counts their tests, and closes with a table and one line.
# Sourced after lib.sh by lint.sh and test.sh.
# shellcheck shell=bash source=scripts/lib.sh disable=SC2154,SC2034

step_rows=()
step_faults=()
steps_passed=0
steps_failed=0
step_ok=yes

# Adds up what the runners say: cargo test, cargo nextest, and our own "N passed, N failed".
count_tests() {
  awk '
    { gsub(/\033\[[0-9;]*m/, "") }
    /^test result: / {
      for (i = 2; i <= NF; i++) { if ($i ~ /^passed/) p += $(i - 1); if ($i ~ /^failed/) f += $(i - 1) }
    }
    /^ *Summary \[/ {
      for (i = 2; i <= NF; i++) {
        if ($i ~ /^passed/) p += $(i - 1)
        if ($i ~ /^(failed|timed|exec)/ && $(i - 1) ~ /^[0-9]+$/) f += $(i - 1)
      }
    }
    /^[0-9]+ passed, [0-9]+ failed$/ { p += $1; f += $3 }
    END { print p + 0, f + 0 }' "$1"
}

# The tests that failed, by name, with the first words of why; and those that passed at the second
# try only, which want mending too.
name_faults() {
  grep -aE '^ +(FAIL|TIMEOUT|SIG[A-Z]+|LEAK-FAIL) \[|^ +[0-9]+ (failed|flaky)$|^ +\[[a-z]+\] › |^error(\[|:)' "$1" |
    awk '!seen[$0]++' | head -n 20
  grep -aE -A 7 -m 2 '^ +(Error|TimeoutError|Test timeout)' "$1" || true
}

# step "words" command…: a failing step does not stop the steps after it; step_ok says how it went.
step() {
  local name=$1 log begin seconds passed failed outcome words
  shift
  log=$tools/log/step-$(tr -cs 'a-z0-9' '-' <<<"${name,,}" | sed 's/-$//').log
  begin=$(date +%s)
  say "$name …"
  outcome=ok
  step_ok=yes
  "$@" >"$log" 2>&1 </dev/null || outcome=FAILED
  seconds=$(($(date +%s) - begin))
  read -r passed failed < <(count_tests "$log")
  # A step may fail without a failing test (it did not compile): that counts as one.
  if [ "$outcome" = FAILED ] && [ "$failed" -eq 0 ]; then failed=1; fi
  if [ "$failed" -gt 0 ]; then outcome=FAILED; fi
  steps_passed=$((steps_passed + passed))
  steps_failed=$((steps_failed + failed))
  words="$passed passed, $failed failed"
  [ $((passed + failed)) -gt 0 ] || words=-
  step_rows+=("$(printf '%-44s %6ss  %-7s %s' "$name" "$seconds" "$outcome" "$words")")
  if [ "$outcome" = FAILED ]; then
    step_ok=no
    # Without the runner's own closing line: this run has one of its own.
    grep -avE '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -n 120 | sed 's/^/    /' || true
    explain "$log"
    say "$name failed; the whole output is in ${log#"$root"/}"
    step_faults+=("$name:"$'\n'"$(name_faults "$log")")
  else
    say "$name: $words (${seconds}s)"
    if grep -qaE '^ +[0-9]+ flaky$' "$log"; then
      step_faults+=("$name, passed at the second try only:"$'\n'"$(name_faults "$log")")
    fi
  fi
}

# A step that cannot run here is named in the table, with the reason.
skip() {
  step_rows+=("$(printf '%-44s %7s  %-7s %s' "$1" - skipped "$2")")
  say "$1: skipped, $2"
}

close_steps() {
  printf '\n'
  printf '%s\n' "${step_rows[@]}"
  printf '%-44s %6ss\n\n' "all of it" "$(($(date +%s) - started))"
  if [ "${#step_faults[@]}" -gt 0 ]; then printf '%s\n\n' "${step_faults[@]}"; fi
  printf '%s passed, %s failed\n' "$steps_passed" "$steps_failed"
  [ "$steps_failed" -eq 0 ]
}

# Steps that are pointless after the last one failed.
skip_all() {
  local reason=$1 name
  shift
  for name in "$@"; do skip "$name" "$reason"; done
}
