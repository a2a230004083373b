#!/usr/bin/env bash
# Fifty million events in little memory: what a query takes that must spill, beside a tenth of it. Prints Markdown.
#
#   bench/large.sh         50 million events of a million leads, and of five million
#   EVENTS=N bench/large.sh    another number
#
# The table is some twenty times shared_buffers; work_mem is 64 MB, of which a hash aggregate may have twice as much.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../test/lib/server.sh"
. "$here/measure.sh"
. "$here/queries.sh"

events=${EVENTS-50000000}
export BENCH_SEED=${BENCH_SEED-$RANDOM}

# large_query QUERY INTO SCHEMA: as timed_query(), over the events of a schema, and its most memory in INTO.memory (MB of its own, without shared
# buffers) and what it wrote into temporary files in INTO.spilled (MB).
large_query() {
  local before watched
  progress "$1 over $3"
  before=$(temporary_bytes)
  watch_memory "$SERVER_HOME/memory" &
  watched=$!
  timed_query "$1" "$2" "search_path=$3,public"
  kill "$watched"
  wait "$watched" || true
  sample "$2.memory" "$(awk "BEGIN {print $(<"$SERVER_HOME/memory") / 1024}")"
  sleep 1 # statistics of a session that has ended
  sample "$2.spilled" "$(awk "BEGIN {print ($(temporary_bytes) - $before) / 1048576}")"
}

temporary_bytes() { sql -c "SELECT temp_bytes FROM pg_stat_database WHERE datname = current_database()"; }

# Writes the most private memory, in kB, that one of the server's processes had while this runs.
watch_memory() { # FILE
  local most=0 now pid postmaster
  postmaster=$(head -n 1 "$SERVER_HOME/data/postmaster.pid")
  echo 0 >"$1"
  while true; do
    for pid in $(ps -o pid= --ppid "$postmaster"); do
      now=$(sed -n 's/^RssAnon:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$pid/status" 2>/dev/null || true)
      if [[ ${now:-0} -gt $most ]]; then
        most=$now
        echo "$most" >"$1"
      fi
    done
    sleep 0.1
  done
}

large_row() { # NAME INTO TENTH
  line "$1" "$(printf '%.0f ms' "$(median "$2")")" "$(printf '%.1f' "$(ratio "$2" "$3")")" \
    "$(printf '%.0f / %.0f MB' "$(median "$2.memory")" "$(median "$2.spilled")")" "$(printf '%.1f' "$(ratio "$2.cpu" "$3.cpu")")"
}

progress "building"
server_build
server_start large shared_buffers=256MB max_wal_size=8GB work_mem=64MB jit=off max_parallel_workers_per_gather=0 autovacuum=off
sql -c 'CREATE EXTENSION leadscore'
progress "making $events events"
sql -v events=$((events / 10)) -v leads=$((events / 500)) -f "$here/data.sql"
sql -v events="$events" -v tenth=$((events / 10)) <<-'SQL'
	CREATE SCHEMA many_events;
	CREATE UNLOGGED TABLE many_events.events AS
	SELECT id, 1 + chance(id + k * :tenth, :events / 50) AS lead_id, kind, occurred_at, properties FROM events, generate_series(1, 10) k;
	CREATE SCHEMA many_leads;
	CREATE VIEW many_leads.events AS SELECT id, 1 + chance(id * 3 + lead_id, :events / 10) AS lead_id, kind, occurred_at, properties FROM many_events.events;
	VACUUM ANALYZE many_events.events;
SQL
echo "PostgreSQL $(sql -c 'SHOW server_version'), $(nproc) cores, $(date -u +%F); table of $(sql -c "SELECT pg_size_pretty(pg_table_size('many_events.events'))"), shared_buffers $(sql -c 'SHOW shared_buffers'), work_mem $(sql -c 'SHOW work_mem'), hash_mem_multiplier $(sql -c 'SHOW hash_mem_multiplier')"
echo "seed $BENCH_SEED"
compare_with_reference "$BENCH_SEED" 100 $((events / 50)) many_events

for query in floor scored short conditions_floor conditions; do
  large_query "$query" "$query.tenth" public
  large_query "$query" "$query.all" many_events
done
for query in floor scored; do
  large_query "$query" "$query.leads" many_leads
done
same_found scored.tenth short.tenth
same_found scored.all short.all

printf '\n| %s | value | to a tenth | private memory / temporary files | cpu |\n| --- | ---: | ---: | ---: | ---: |\n' "$events events of $((events / 50)) leads"
for query in floor scored short conditions_floor conditions; do
  large_row "$query, a tenth of the events and leads" "$query.tenth" "$query.tenth"
  large_row "$query" "$query.all" "$query.tenth"
done
for query in floor scored; do large_row "$query, $((events / 10)) leads" "$query.leads" "$query.tenth"; done
progress ''
