# shellcheck shell=bash
# Samples of things that run in turn, and rows of the table. To be sourced after test/lib/server.sh.
#
# One sample of each thing a round, in turn: a ratio is the median over the rounds of (this thing / its floor in the same round), so what
# disturbs the machine for a while disturbs both. A value is the median of its samples.

declare -A samples=()
answer=

sql() { psql -XAtq -v ON_ERROR_STOP=1 "$@"; }

sample() { samples[$1]+=" $2"; } # NAME VALUE

# milliseconds NAME SQL: one sample, the time of the statement; in NAME.cpu the processor time of the server for it. What it said is in $answer.
milliseconds() {
  local before
  sleep 0.1 # backends of what was done before are to be gone
  before=$(server_ticks)
  answer=$(sql -c '\timing on' -c "$2" 2>>"$BUILD/log/bench.log")
  sample "$1" "$(sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p' <<<"$answer")"
  sleep 0.1 # its backend is to be gone
  sample "$1.cpu" "$(awk "BEGIN {print ($(server_ticks) - $before) * 1e3 / $(getconf CLK_TCK)}")"
}

# beside NAME SQL...: one sample, the time until all these statements are done, each in a session of its own.
beside() {
  local name=$1 before began statement
  local -a sessions=()
  shift
  before=$(server_ticks)
  began=$(date +%s%N)
  for statement in "$@"; do
    sql -c "$statement" >/dev/null 2>>"$BUILD/log/bench.log" &
    sessions+=($!)
  done
  wait "${sessions[@]}"
  sample "$name" "$(awk "BEGIN {print ($(date +%s%N) - $began) / 1e6}")"
  sleep 0.1 # their backends are to be gone
  sample "$name.cpu" "$(awk "BEGIN {print ($(server_ticks) - $before) * 1e3 / $(getconf CLK_TCK)}")"
}

# tps NAME [pgbench options]: one sample, transactions a second; and in NAME.cpu the processor time of one on the server's side, in µs.
tps() {
  local name=$1 before said count
  shift
  before=$(server_ticks)
  said=$(pgbench -n -M prepared "$@" 2>>"$BUILD/log/pgbench.log")
  sleep 0.1 # its backends are to be gone
  sample "$name" "$(sed -n 's/^tps = \([0-9.]*\).*/\1/p' <<<"$said")"
  count=$(sed -n 's/^number of transactions actually processed: \([0-9]*\).*/\1/p' <<<"$said")
  sample "$name.cpu" "$(awk "BEGIN {print ($(server_ticks) - $before) * 1e6 / $(getconf CLK_TCK) / $count}")"
}

# Processor time of backends that have ended, in ticks; 0 where there is no /proc.
server_ticks() { awk '{print $16 + $17}' "/proc/$(head -n 1 "$SERVER_HOME/data/postmaster.pid")/stat" 2>/dev/null || echo 0; }

last() { sed 's/.* //' <<<"${samples[$1]-}"; } # SAMPLES

median() { tr ' ' '\n' <<<"${samples[$1]-}" | sed '/^$/d' | sort -g | awk '{v[NR] = $1} END {print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }

# ratio NAME FLOOR: of medians if they were not measured in the same rounds.
ratio() {
  local -a these those
  read -ra these <<<"${samples[$1]-}"
  read -ra those <<<"${samples[$2]-}"
  if [[ ${#these[@]} -ne ${#those[@]} ]]; then
    quotient "$(median "$1")" "$(median "$2")"
    return
  fi
  local i
  samples[ratio]=
  for i in "${!these[@]}"; do
    sample ratio "$(quotient "${these[i]}" "${those[i]}")"
  done
  median ratio
}

quotient() { awk -v a="$1" -v b="$2" 'BEGIN {print (b > 0 ? a / b : 0)}'; }

# How far the samples of a thing lie apart, in per cent of their median.
spread() {
  tr ' ' '\n' <<<"${samples[$1]-}" | sed '/^$/d' | sort -g | awk -v m="$(median "$1")" 'NR == 1 {low = $1} {high = $1} END {printf "%.0f", 100 * (high - low) / m}'
}

# The last column is the ratio of processor time on the server's side: steadier than the clock on a machine that has other work, but it knows
# nothing of the disk.
headline() { printf '\n| %s | value | ratio | asked | cpu |\n| --- | ---: | ---: | ---: | ---: |\n' "$1"; }

# line NAME VALUE [RATIO] [ASKED] [CPU RATIO]
line() { printf '| %-78s | %14s | %6s | %-14s | %5s |\n' "$1" "$2" "${3-}" "${4-}" "${5-}"; }

# row NAME UNIT SAMPLES [FLOOR] [ASKED]: UNIT is a format of one number, as '%.0f /s'.
row() {
  local value floor=${4-$3} cpu=
  # shellcheck disable=SC2059
  value=$(printf "$2" "$(median "$3")")
  [[ -z ${samples[$3.cpu]-} || -z ${samples[$floor.cpu]-} ]] || cpu=$(printf '%.2f' "$(ratio "$3.cpu" "$floor.cpu")")
  line "$1" "$value" "$(printf '%.2f' "$(ratio "$3" "$floor")")" "${5-}" "$cpu"
}

progress() { printf '%-90s\r' "$*" >&2; }
