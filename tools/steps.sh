# shellcheck shell=bash
# Runs the steps of a check one after the other and adds up what they say. Sourced by ./dev.

PASSED=0
FAILED=0
NOTES=()

# step TITLE COUNTER COMMAND...: goes on whatever comes of it; COUNTER is one of the counted_by_ functions below.
step() {
  local title=$1 counter=$2 code passed failed ignored started=$SECONDS
  shift 2
  STEP_LOG=$(mktemp)
  printf '\n== %s\n' "$title"
  set +e
  (set -e; "$@") </dev/null 2>&1 | tee "$STEP_LOG"
  code=${PIPESTATUS[0]}
  set -e
  read -r passed failed ignored < <("counted_by_$counter" "$code")
  rm "$STEP_LOG"
  # A run that broke off has failed even when no single test has, and a run without a test proves nothing.
  if ((code != 0 && failed == 0 || passed + failed == 0)); then failed=$((failed + 1)); fi
  PASSED=$((PASSED + passed))
  FAILED=$((FAILED + failed))
  ((ignored == 0)) || NOTES+=("$title: $ignored skipped")
  ((failed == 0)) || NOTES+=("$title: FAILED")
  printf -- '-- %s: %d passed, %d failed, %d s\n' "$title" "$passed" "$failed" $((SECONDS - started))
}

# A step that cannot run has failed.
step_impossible() {
  printf '\n== %s\n-- %s: cannot run: %s\n' "$1" "$1" "$2"
  FAILED=$((FAILED + 1))
  NOTES+=("$1: FAILED, could not run: $2")
}

# Each prints "PASSED FAILED SKIPPED" for the step that left $STEP_LOG; $1 is its exit code.

counted_by_exit_code() {
  if (($1 == 0)); then echo 1 0 0; else echo 0 1 0; fi
}

# `cargo test` and wasm-bindgen's runner close each binary with the same line.
counted_by_cargo() {
  awk '/^test result:/ {
    for (i = 2; i <= NF; i++) {
      if ($i == "passed;") passed += $(i - 1)
      if ($i == "failed;") failed += $(i - 1)
      if ($i == "ignored;") ignored += $(i - 1)
    }
  } END { print passed + 0, failed + 0, ignored + 0 }' "$STEP_LOG"
}

counted_by_playwright() {
  node tools/count_e2e.mjs tests/e2e/results/report.json || echo 0 0 0
}

counted_by_firefox() {
  node tools/count_e2e.mjs tests/e2e/results/firefox.json || echo 0 0 0
}

# The closing line; fails when anything has.
sum_up() {
  printf '\n'
  ((${#NOTES[@]} == 0)) || printf '%s\n' "${NOTES[@]}"
  printf '%d s in all\n' "$SECONDS"
  printf '%d passed, %d failed\n' "$PASSED" "$FAILED"
  ((FAILED == 0))
}
