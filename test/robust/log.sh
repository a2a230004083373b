# shellcheck shell=bash
# What must not stand in the log of a server under attack. To be sourced by bash.

# quiet_log FILE: says what is wrong.
quiet_log() {
  [[ -r $1 ]] || { echo "no log $1"; return 1; }
  ! grep -nE 'terminated by signal|was terminated|PANIC|FATAL:.*crash|server process \(PID [0-9]+\) (exited|was)|XX[0-9]{3}|TRAP:|runtime error:|AddressSanitizer|stack smashing|free\(\)|malloc' "$1"
}
