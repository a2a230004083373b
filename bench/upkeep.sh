#!/usr/bin/env bash
# What upkeep costs: writes, new rules, the clock and reading, each beside its floor (the same write, update or read without us) and beside
# what one would write in PL/pgSQL instead. Prints Markdown.
#
#   bench/upkeep.sh [PART...]            parts: inserts bulk clients conflicts storage day hot large; default all;
#                                        and whole_day, which takes half an hour (WHOLE_DAY=1000000: a fifth of it)
#   QUICK=1 bench/upkeep.sh              smaller tables and shorter runs
#   ROUNDS=5 LARGE_ROUNDS=3 SECONDS_EACH=3 bench/upkeep.sh    more of the same, for figures to keep
#
# No figure is printed before the models that gave it have been verified.
#
# The server has a default server's durability (fsync, full_page_writes, synchronous_commit on); autovacuum is off and VACUUM runs between
# measurements instead, so that it disturbs none of them.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../test/lib/server.sh"
. "$here/measure.sh"

leads=60000 events=600000 bulk=500000 large=1000000 fixed=2000 history=100000 day=100000 whole_day=${WHOLE_DAY-5000000} sampled=200
rounds=${ROUNDS-3} large_rounds=${LARGE_ROUNDS-1} seconds=${SECONDS_EACH-2}
if [[ -n ${QUICK-} ]]; then
  leads=6000 events=60000 bulk=40000 large=20000 fixed=1000 history=20000 day=10000 whole_day=100000 sampled=50
  rounds=1 large_rounds=1 seconds=1
  each=(-t 300) eight_each=(-t 50) read_each=(-t 20)
else
  each=(-T "$seconds") eight_each=(-T "$seconds") read_each=(-T "$seconds")
fi
export BENCH_SEED=${BENCH_SEED-$RANDOM} # chooses the leads that are compared with the reference
new_leads=$((rounds * seconds * 10000))
properties='{"url": "/page/17", "seconds": 31, "campaign": "c4"}'

# name of the variant: whether its leads have score columns from the start (ours get them from create_model)
variants=(plain mirrored unranked unmirrored ranked queued through pairs peer naive)

# A session of a variant finds its own tables.
in_variant() { # VARIANT COMMAND...
  local variant=$1
  shift
  PGOPTIONS="-c search_path=$variant ${EXTRA_OPTIONS-}" "$@"
}

inserts() { # SAMPLES VARIANT [pgbench options]
  local name=$1 variant=$2
  shift 2
  [[ $# -gt 0 ]] || set -- "${each[@]}"
  in_variant "$variant" tps "$name" -D first=1 -D last="$leads" -D properties="$properties" -f "$here/upkeep/insert.pgbench" "$@"
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
  local -a made=()
  progress "making ${#variants[@]} times $leads leads with $events events"
  sql -v leads="$leads" -v events="$events" -v bulk="$bulk" -f "$here/upkeep/staging.sql"
  for variant in "${variants[@]}"; do
    case $variant in plain | peer | naive) scored=1 ;; *) scored=0 ;; esac
    while [[ $(jobs -rp | wc -l) -ge $(nproc) ]]; do wait -n; done
    sql -v variant="$variant" -v scored="$scored" -f "$here/upkeep/tables.sql" &
    made+=($!)
  done
  wait "${made[@]}"
  sql -f "$here/upkeep/peers.sql"
  make_model mirrored
  make_model unranked ", ranked => false"
  make_model unmirrored ", mirror => false"
  make_model ranked ", mirror => false, ranked => true"
  make_model queued ", upkeep => 'queued'"
  # Contacts are called like the leads they are of.
  sql -c "CREATE TABLE through.contacts AS SELECT id, id AS lead_id FROM through.leads" -c "ALTER TABLE through.contacts ADD PRIMARY KEY (id)" \
    -c "CREATE INDEX ON through.contacts (lead_id)"
  make_model through ", mirror => false" ", via => 'through.contacts', via_lead => 'lead_id'"
  sql -c "CREATE TABLE pairs.contacts AS SELECT id, id AS lead_id FROM pairs.leads" -c "ALTER TABLE pairs.contacts ADD PRIMARY KEY (id, lead_id)" \
    -c "CREATE INDEX ON pairs.contacts (lead_id)"
  make_model pairs ", mirror => false" ", via => 'pairs.contacts', via_key => 'id', via_lead => 'lead_id'"
  sql -c "CREATE INDEX ON mirrored.leads (lead_score)" -c "CREATE INDEX ON unranked.leads (lead_score)" -c "CREATE INDEX ON queued.leads (lead_score)"
  same_scores
  settle "${variants[@]}"
}

make_model() { # VARIANT [MORE ARGUMENTS [OF EVENTS]]
  sql <<-SQL >/dev/null
	SELECT leadscore.create_model('$1', '$1.leads', staging.document(0)::leadscore.scoring_rules${2-});
	SELECT leadscore.add_events('$1', '$1.events', lead => 'lead_id', at => 'occurred_at', kind_column => 'kind', properties => 'properties'${3-});
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

# The stored scores of some leads, chosen at random, are the reference's. SCORE: of a lead l and its score row s.
stored_is_reference() { # VARIANT SCORE
  progress "comparing $1 with the reference"
  in_variant "$1" sql -f - <<-SQL | grep -v '^$' | python3 "$here/reference.py"
	SET timezone = 'UTC';
	SELECT now() AS moment \gset
	SELECT leadscore.refresh('$1', :'moment') AS refreshed \gset
	SELECT setseed(sin($BENCH_SEED));
	SELECT jsonb_build_object('as_of', :'moment'::timestamptz, 'rules', jsonb_build_object('$1', staging.document(0)::text));
	SELECT jsonb_build_object('lead', l.id, 'attributes', to_jsonb(l),
	           'events', (SELECT coalesce(jsonb_agg(jsonb_build_array(kind, occurred_at, properties)), '[]') FROM events e WHERE e.lead_id = l.id),
	           'scores', jsonb_build_array(jsonb_build_array('$1', 'the score table', s.score::text), jsonb_build_array('$1', 'the model', ($2)::text)))
	  FROM leads l JOIN leads_$1 s ON s.lead_id = l.id
	 WHERE l.id = ANY (ARRAY(SELECT id FROM generate_series(1, $leads) id ORDER BY random() LIMIT $sampled));
	SQL
}

. "$here/upkeep/inserts.sh"
. "$here/upkeep/clients.sh"
. "$here/upkeep/day.sh"
. "$here/upkeep/large.sh"

parts=("$@")
[[ ${#parts[@]} -gt 0 ]] || parts=(inserts bulk clients conflicts storage day hot large)
wants() { [[ " ${parts[*]} " == *" $1 "* ]]; }

progress "building"
server_build
server_start upkeep fsync=on full_page_writes=on shared_buffers=1GB max_wal_size=8GB checkpoint_timeout=1h autovacuum=off jit=off \
  max_parallel_workers_per_gather=0
sql -c 'CREATE EXTENSION leadscore'
figures=$SERVER_HOME/figures
echo "PostgreSQL $(sql -c 'SHOW server_version'), $(nproc) cores, $(date -u +%F); $leads leads with $events events, large tables $large leads; rounds: $rounds; seed $BENCH_SEED"
if [[ " ${parts[*]} " != " large " ]]; then
  make_variants
  for part in inserts bulk clients conflicts storage day whole_day hot; do
    if wants "$part"; then "part_$part" >>"$figures"; fi
  done
  sql -c "SELECT leadscore.fold('queued')" >/dev/null
  verified mirrored unranked unmirrored ranked queued through pairs
  stored_is_reference mirrored l.lead_score
  stored_is_reference queued l.lead_score
  stored_is_reference unmirrored s.score
  stored_is_reference pairs s.score
  progress ''
  cat "$figures"
  sql -c "SELECT leadscore.drop_model(name) FROM leadscore.model" >/dev/null
fi
if wants large; then
  part_large >"$figures"
  progress ''
  cat "$figures"
fi
