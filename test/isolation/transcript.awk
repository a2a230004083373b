# What isolationtester printed, a line a permutation: the steps, "~" behind one that waited, "!" behind one that failed with a
# serialization failure, any other error in words; then what the step "check" said. Other results are left out. Of steps that wait
# side by side it is not settled who goes on first and whom that fails: those who failed stand last.

function finish() {
  gsub(/^ +| +$/, "", steps)
  if (steps != "") print with_failed_last() ": " outcome
  steps = outcome = step = ""
}
function with_failed_last(   count, i, j, failed, one, all) {
  count = split(steps, one, " ")
  for (i = 1; i <= count; i = j + 1) {
    failed = 0
    for (j = i; j <= count && one[j] ~ /~/; ++j) failed += sub(/!/, "", one[j])
    for (; failed > 0; --failed) one[j - failed] = one[j - failed] "!"
  }
  for (i = 1; i <= count; ++i) all = all (i > 1 ? " " : "") one[i]
  return all
}
function tell(text) { outcome = outcome (outcome == "" ? "" : "; ") text }
function put(mark,   at) {
  at = match(steps " ", " " step "[~!]* ")
  steps = substr(steps, 1, at + RLENGTH - 2) mark substr(steps, at + RLENGTH - 1)
}

/^starting permutation:/ { finish(); steps = substr($0, 23); sub(/ check *$/, "", steps); steps = " " steps; next }
/^step [a-z0-9]+:/ { step = substr($2, 1, length($2) - 1); in_rows = 0 }
/<waiting \.\.\.>$/ { put("~"); next }
/^ERROR: +(could not serialize access|concurrent writer)/ { put("!"); next }
/^(ERROR|FATAL|PANIC|[a-z0-9]+: [A-Z]+):/ { tell(step ": " $0); next }
/^isolationtester|^(set|tear)up failed|^unexpected|^server closed|^connection/ { tell($0); next }
step == "check" && /^-+$/ { in_rows = 1; next }
/^\([0-9]+ rows?\)$/ { in_rows = 0; next }
in_rows && NF { sub(/ +$/, ""); tell($0) }
END { finish() }
