#!/usr/bin/env bash
# Scores of all leads from all their events in one query: ours, the floor (the same scan without us), and the plain SQL a good engineer would write
# instead, in turn. Prints Markdown. No figure is printed before all queries have given the right scores: over all leads they agree, and those of
# some leads, chosen at random, are the reference's.
#
#   bench/scans.sh             5 million events of 100,000 leads
#   QUICK=1 bench/scans.sh     fewer
#   ROUNDS=5 bench/scans.sh    more of the same
#   BENCH_SEED=N               chooses the leads that are compared with the reference
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../test/lib/server.sh"
. "$here/measure.sh"
. "$here/queries.sh"

events=5000000 leads=100000 rounds=${ROUNDS-3} sampled=300
if [[ -n ${QUICK-} ]]; then
  events=300000 leads=6000 rounds=2 sampled=100
fi
BENCH_SEED=${BENCH_SEED-$RANDOM}

progress "building"
server_build
server_start bench shared_buffers=1GB max_wal_size=8GB work_mem=2GB jit=off max_parallel_workers_per_gather=0
sql -c 'CREATE EXTENSION leadscore'
progress "making $events events of $leads leads"
sql -v events="$events" -v leads="$leads" -f "$here/data.sql"
sql -f "$here/parts.sql"

echo "PostgreSQL $(sql -c 'SHOW server_version'), $(nproc) cores, $(date -u +%F); $events events of $leads leads; medians of $rounds rounds"
echo "seed $BENCH_SEED"
compare_with_reference "$BENCH_SEED" "$sampled" "$leads"

two_workers=(max_parallel_workers_per_gather=2)
partitionwise=("search_path=parts,public" enable_partitionwise_aggregate=on)
for ((round = 1; round <= rounds; ++round)); do
  for query in floor scored scored_1060 short short_1060 conditions_floor conditions plain_conditions; do
    progress "round $round of $rounds: $query"
    timed_query "$query" "$query"
  done
  for query in floor scored conditions; do
    progress "round $round of $rounds: $query, two workers"
    timed_query "$query" "$query.two" "${two_workers[@]}"
    timed_query "$query" "$query.two_alone" "${two_workers[@]}" parallel_leader_participation=off
  done
  for query in scored_parts conditions_parts; do
    progress "round $round of $rounds: $query, two workers"
    timed_query "$query" "$query.two" "${two_workers[@]}"
  done
  for query in scored conditions; do
    progress "round $round of $rounds: $query, partitionwise"
    timed_query "$query" "$query.parts" "${partitionwise[@]}"
    timed_query "$query" "$query.parts_two" "${partitionwise[@]}" "${two_workers[@]}"
  done
done
progress "plain_sql" # nobody waits for this twice
timed_query plain_sql plain_sql
same_found floor floor.two floor.two_alone
same_found scored scored_1060 short short_1060 plain_sql scored.two scored.two_alone scored_parts.two scored.parts scored.parts_two
same_found conditions plain_conditions conditions.two conditions.two_alone conditions_parts.two conditions.parts conditions.parts_two

headline "serial, no spill"
row "floor: count(*) by lead" '%.0f ms' floor floor "spread $(spread floor) %"
row "lead_tally() + score(), 60 rules with decay and caps" '%.0f ms' scored floor "1.8"
row "the same, 1,000 rules that never match added" '%.0f ms' scored_1060 floor
row "lead_score(), 60 rules" '%.0f ms' short floor
row "lead_score(), 1,060 rules" '%.0f ms' short_1060 floor
row "plain SQL with the same result, 60 rules; to lead_tally() + score()" '%.0f ms' plain_sql scored "4"
row "floor: count(properties) by lead" '%.0f ms' conditions_floor conditions_floor
row "20 rules with conditions on jsonb" '%.0f ms' conditions conditions_floor
row "plain SQL, CASE over ->> for the same 20 conditions; to ours" '%.0f ms' plain_conditions conditions "5"
headline "two parallel workers; to the same query without"
row "floor: count(*) by lead" '%.0f ms' floor.two floor
row "the same, leader only gathers" '%.0f ms' floor.two_alone floor
row "lead_tally() + score(), 60 rules" '%.0f ms' scored.two scored "0.62"
row "the same, leader only gathers" '%.0f ms' scored.two_alone scored "0.62"
row "two workers, in_part(): each has leads of its own" '%.0f ms' scored_parts.two scored "0.62"
row "partitions by hash of the lead, partitionwise, serial" '%.0f ms' scored.parts scored
row "the same, two workers" '%.0f ms' scored.parts_two scored "0.62"
row "20 rules with conditions on jsonb" '%.0f ms' conditions.two conditions "0.62"
row "the same, leader only gathers" '%.0f ms' conditions.two_alone conditions "0.62"
row "two workers, in_part(): each has leads of its own" '%.0f ms' conditions_parts.two conditions "0.62"
row "partitions by hash of the lead, partitionwise, serial" '%.0f ms' conditions.parts conditions
row "the same, two workers" '%.0f ms' conditions.parts_two conditions "0.62"
progress ''
