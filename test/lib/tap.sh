# shellcheck shell=bash
# What a part of the tests prints: one line per test, "ok - name" or "not ok - name". To be sourced by bash.

ok() { echo "ok - $1"; }
not_ok() { echo "not ok - $1"; }

# check NAME COMMAND...: what the command says is shown only when it fails.
check() {
  local name=$1 output
  shift
  if output=$("$@" 2>&1); then
    ok "$name"
  else
    not_ok "$name"
    [[ -z $output ]] || printf '%s\n' "$output" | sed 's/^/  /'
  fi
}

# same NAME EXPECTED ACTUAL
same() {
  if [[ $2 == "$3" ]]; then
    ok "$1"
  else
    not_ok "$1"
    printf '  expected: %s\n  got:      %s\n' "$2" "$3"
  fi
}

# Plain output, and the first error ends it.
sql() { psql -XAtq -v ON_ERROR_STOP=1 "$@"; }
