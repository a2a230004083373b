#!/usr/bin/env bash
# What upkeep costs: writes, new rules, the clock and reading, each beside its floor (the same write, update or read without us) and beside
# what one would write in PL/pgSQL instead. Prints Markdown.
#
#   bench/upkeep.sh [PART...]            parts: inserts bulk clients conflicts storage hot large; default all
#   QUICK=1 bench/upkeep.sh              smaller tables and shorter runs
#
# The server has a default server's durability (fsync, full_page_writes, synchronous_commit on); autovacuum is off and VACUUM runs between
# measurements instead, so that it disturbs none of them.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../test/lib/server.sh"
. "$here/measure.sh"

leads=60000 events=600000 bulk=500000 large=1000000 rounds=5 large_rounds=3 seconds=3 fixed=5000
if [[ -n ${QUICK-} ]]; then
  leads=6000 events=60000 bulk=50000 large=50000 rounds=2 large_rounds=1 seconds=1 fixed=2000
fi
properties='{"url": "/page/17", "seconds": 31, "campaign": "c4"}'

# name of the variant: whether its leads have score columns from the start (ours get them from create_model)
variants=(plain mirrored unranked unmirrored ranked queued peer naive)

# A session of a variant finds its own tables.
in_variant() { # VARIANT COMMAND...
  local variant=$1
  shift
  PGOPTIONS="-c search_path=$variant ${EXTRA_OPTIONS-}" "$@"
}

inserts() { # SAMPLES VARIANT [pgbench options]
  local name=$1 variant=$2
  shift 2
  in_variant "$variant" tps "$name" -T "$seconds" -D first=1 -D last="$leads" -D properties="$properties" -f "$here/upkeep/insert.pgbench" "$@"
}

# Runs a command for each of the variants in a round, forth and back in turn.
in_turn() { # ROUND COMMAND VARIANT...
  local round=$1 command=$2 i
  shift 2
  local -a list=("$@")
  for i in "${!list[@]}"; do
    "$command" "$round" "${list[$((round % 2 ? i : ${#list[@]} - 1 - i))]}"
  done
}

settle() { # SCHEMA...: what is due to vacuum and checkpoints happens now
  local schema
  for schema in "$@"; do
    sql -c "SELECT format('VACUUM (ANALYZE) %s;', oid::regclass) FROM pg_class WHERE relnamespace = '$schema'::regnamespace AND relkind = 'r'" | sql
  done
  sql -c CHECKPOINT
}

make_variants() {
  local variant scored
  progress "making ${#variants[@]} times $leads leads with $events events"
  sql -v leads="$leads" -v events="$events" -v bulk="$bulk" -f "$here/upkeep/staging.sql"
  for variant in "${variants[@]}"; do
    case $variant in plain | peer | naive) scored=1 ;; *) scored=0 ;; esac
    sql -v variant="$variant" -v scored="$scored" -f "$here/upkeep/tables.sql"
  done
  sql -f "$here/upkeep/peers.sql"
  make_model mirrored
  make_model unranked ", ranked => false"
  make_model unmirrored ", mirror => false"
  make_model ranked ", mirror => false, ranked => true"
  make_model queued ", upkeep => 'queued'"
  sql -c "CREATE INDEX ON mirrored.leads (lead_score)" -c "CREATE INDEX ON unranked.leads (lead_score)" -c "CREATE INDEX ON queued.leads (lead_score)"
  same_scores
  settle "${variants[@]}"
}

make_model() { # VARIANT [MORE ARGUMENTS]
  sql <<-SQL >/dev/null
	SELECT leadscore.create_model('$1', '$1.leads', staging.document(0)::leadscore.scoring_rules${2-});
	SELECT leadscore.add_events('$1', '$1.events', lead => 'lead_id', at => 'occurred_at', kind_column => 'kind', properties => 'properties');
	SQL
}

# The engineer's trigger means the same as the document, but for the last digits of its binary fractions.
same_scores() {
  local others
  others=$(sql -c "SELECT count(*) FROM peer.leads p JOIN mirrored.leads m USING (id) WHERE abs(p.lead_score - m.lead_score) > 1 OR m.lead_score IS NULL")
  [[ $others == 0 ]] || { echo "bench: the peer scores $others leads differently" >&2; exit 1; }
}

# Whatever was measured was right.
verified() { # MODEL...
  local model wrong
  for model in "$@"; do
    progress "verify $model"
    wrong=$(sql -c "SELECT count(*) FROM leadscore.verify('$model')")
    [[ $wrong == 0 ]] || { echo "bench: verify('$model') finds $wrong differences" >&2; exit 1; }
  done
}

. "$here/upkeep/inserts.sh"
. "$here/upkeep/clients.sh"
. "$here/upkeep/large.sh"

parts=("$@")
[[ ${#parts[@]} -gt 0 ]] || parts=(inserts bulk clients conflicts storage hot large)
wants() { [[ " ${parts[*]} " == *" $1 "* ]]; }

server_build
server_start upkeep fsync=on full_page_writes=on shared_buffers=1GB max_wal_size=8GB checkpoint_timeout=1h autovacuum=off jit=off \
  max_parallel_workers_per_gather=0
sql -c 'CREATE EXTENSION leadscore'
echo "PostgreSQL $(sql -c 'SHOW server_version'), $(nproc) cores, $(date -u +%F); $leads leads with $events events, large tables $large leads; rounds: $rounds"
if [[ " ${parts[*]} " != " large " ]]; then make_variants; fi
for part in inserts bulk clients conflicts storage hot; do
  if wants "$part"; then "part_$part"; fi
done
if [[ " ${parts[*]} " != " large " ]]; then
  sql -c "SELECT leadscore.fold('queued')" >/dev/null
  verified mirrored unranked unmirrored ranked queued
  sql -c "SELECT leadscore.drop_model(name) FROM leadscore.model" >/dev/null
fi
if wants large; then part_large; fi
progress ''
