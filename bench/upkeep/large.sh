# shellcheck shell=bash disable=SC2154
# The part of upkeep.sh with large tables: new rules, the clock, reading.

part_large() {
  local round document
  progress "making $large leads"
  sql -c "SELECT 1 WHERE to_regnamespace('staging') IS NULL" | grep -q 1 && sql -v leads=1 -v events=1 -v bulk=1 -f "$here/upkeep/staging.sql"
  sql -v leads="$large" -f "$here/upkeep/large.sql"
  document=$(sql -c "SELECT staging.document(0)::leadscore.scoring_rules")
  milliseconds tallies "SELECT sum((q.s).score) FROM (SELECT leadscore.score('$document', l, t.tally) AS s FROM large.leads l
    LEFT JOIN (SELECT lead_id, leadscore.lead_tally('$document', kind, occurred_at, properties) AS tally
                 FROM large.events GROUP BY lead_id) t ON t.lead_id = l.id OFFSET 0) q"
  sql -c "SELECT leadscore.create_model('large', 'large.leads', staging.document(0)::leadscore.scoring_rules)" >/dev/null
  milliseconds backfill "SELECT leadscore.add_events('large', 'large.events', lead => 'lead_id', at => 'occurred_at', kind_column => 'kind',
    properties => 'properties')"
  sql -c "CREATE INDEX ON large.leads (lead_score DESC NULLS LAST)"
  sql <<-SQL
	CREATE SCHEMA floor;
	CREATE TABLE floor.leads (LIKE large.leads INCLUDING INDEXES);
	INSERT INTO floor.leads SELECT * FROM large.leads;
	CREATE TABLE floor.scores (LIKE large.leads_large INCLUDING INDEXES INCLUDING STORAGE) WITH (fillfactor = 80);
	INSERT INTO floor.scores SELECT * FROM large.leads_large;
	SQL
  settle large floor
  large_reading
  for ((round = 1; round <= large_rounds; ++round)); do
    large_round "$round"
  done
  sql -c "SELECT format('DROP INDEX %s', i.indexrelid::regclass) FROM pg_index i WHERE i.indrelid = 'large.leads_large'::regclass AND pg_get_indexdef(i.indexrelid) LIKE '%28,6%'" | sql
  for ((round = 1; round <= large_rounds; ++round)); do
    settle floor large
    progress "a million leads, round $round: set_rules without the index that ranks"
    update_floor
    milliseconds set_rules.unranked "SELECT leadscore.set_rules('large', staging.document($(((2 * large_rounds + 1 + round) % 3)))::leadscore.scoring_rules)"
  done
  verify_large verify
  # The same evidence without decay: from now on time changes one lead in a hundred, by its fresh event.
  sql -c "SELECT leadscore.set_rules('large', staging.document(0, false)::leadscore.scoring_rules)" >/dev/null
  sql -c "SELECT leadscore.refresh('large', now() + interval '$((large_rounds + 1)) days')" >/dev/null
  settle large
  for ((round = 1; round <= large_rounds; ++round)); do
    progress "refresh, one lead in a hundred due, round $round"
    milliseconds refresh.few "SELECT leadscore.refresh('large', now() + interval '$((large_rounds + 1 + round)) days')"
  done
  milliseconds idle "SELECT leadscore.refresh('large', now() + interval '$((2 * large_rounds + 1)) days')"
  verify_large verify.end
  headline "$large leads with $((3 * large)) events"
  backfill_floor
  row "score() of every lead from its events, one query" '%.0f ms' tallies tallies
  row "UPDATE leads SET score = score + 1, score column indexed" '%.0f ms' plus_one plus_one "spread $(spread plus_one) %"
  row "the same of a copy of the score table" '%.0f ms' plus_one_score plus_one
  row "both: what a mirrored model has to write" '%.0f ms' both both "spread $(spread both) %"
  row "add_events(); to that query and both updates" '%.0f ms' backfill backfill.floor "1"
  row "set_rules(), other points, every score moves; to both updates" '%.0f ms' set_rules both "2"
  row "the same; to the one of leads" '%.0f ms' set_rules plus_one "3"
  row "the same, ranked => false; to the one of leads" '%.0f ms' set_rules.unranked plus_one "3"
  row "the same with at_once => false and catch_up() in two sessions; to both updates" '%.0f ms' catch_up both "2"
  row "refresh(), every lead due; to both updates" '%.0f ms' refresh.all both "2"
  row "the same; to the one of leads" '%.0f ms' refresh.all plus_one
  row "refresh(), one lead in a hundred due; to a full one" '%.0f ms' refresh.few refresh.all "0.03"
  row "refresh(), none due" '%.0f ms' idle refresh.all
  row "preview_rules(); to score() of every lead from its events" '%.0f ms' preview tallies "2"
  row "verify(); to the same" '%.0f ms' verify tallies "2"
}

# What nobody can avoid who keeps a score in the leads table: that update; and what a mirrored model cannot: that, and one of a table like the
# score table.
update_floor() {
  local kind
  milliseconds plus_one "UPDATE floor.leads SET lead_score = lead_score + 1"
  milliseconds plus_one_score "UPDATE floor.scores SET score = score + 1, scored_at = now()"
  for kind in "" .cpu; do
    sample "both$kind" "$(awk "BEGIN {print $(last "plus_one$kind") + $(last "plus_one_score$kind")}")"
  done
}

# What a backfill cannot avoid: each lead is scored from its events, its score row is written and its lead row.
backfill_floor() {
  local kind
  for kind in "" .cpu; do
    sample "backfill.floor$kind" "$(awk "BEGIN {print $(median "tallies$kind") + $(median "both$kind")}")"
  done
}

large_round() { # ROUND
  settle floor
  progress "a million leads, round $1: UPDATE"
  update_floor
  settle large
  progress "a million leads, round $1: set_rules"
  milliseconds set_rules "SELECT leadscore.set_rules('large', staging.document($((2 * $1 % 3)))::leadscore.scoring_rules)"
  settle large
  progress "a million leads, round $1: two sessions of catch_up"
  sql -c "SELECT leadscore.set_rules('large', staging.document($(((2 * $1 + 1) % 3)))::leadscore.scoring_rules, at_once => false)" >/dev/null
  beside catch_up "CALL leadscore.catch_up('large', 20000, part => 1, parts => 2)" "CALL leadscore.catch_up('large', 20000, part => 2, parts => 2)"
  settle large
  progress "a million leads, round $1: refresh"
  milliseconds refresh.all "SELECT leadscore.refresh('large', now() + interval '$1 days')"
  settle large
  progress "a million leads, round $1: preview_rules"
  milliseconds preview "SELECT count(*) FROM leadscore.preview_rules('large', staging.document(3)::leadscore.scoring_rules)"
}

# Reading beside one client that writes 200 events a second; planned as servers do by default, for workers and jit are a part of what a reader waits for.
large_reading() {
  local -a queries=(top_floor top top_all key_floor key key_rank key_all stage_floor stage funnel distribution)
  local query writer
  PGOPTIONS="-c search_path=large" pgbench -n -M prepared -T 3600 -R 200 -D first=1 -D last="$large" -D properties="$properties" \
    -f "$here/upkeep/insert.pgbench" >/dev/null 2>&1 &
  writer=$!
  for query in "${queries[@]}"; do
    progress "reading: $query"
    reading "$query"
  done
  kill "$writer"
  wait "$writer" || true
  headline "reading $large leads while 200 events a second come in, with workers and jit: average / 99th percentile, ms"
  reading_line "top 50 of the leads table, by its own index" top_floor top_floor
  reading_line "top 50 of the _scores view: key, score, stage" top top_floor "a few ms"
  reading_line "the same, all columns" top_all top_floor "a few ms"
  reading_line "a row of leads by key" key_floor key_floor
  reading_line "one lead of the _scores view by key: score, stage" key key_floor "a few ms"
  reading_line "the same, rank" key_rank key_floor "a few ms"
  reading_line "the same, all columns" key_all key_floor "a few ms"
  reading_line "50 best warm leads of the leads table" stage_floor stage_floor
  reading_line "50 best warm leads of the _scores view" stage stage_floor "a few ms"
  reading_line "_funnel view" funnel stage_floor
  reading_line "_distribution view" distribution stage_floor
}

verify_large() { # SAMPLES
  progress "verify a million leads"
  milliseconds "$1" "SELECT 'wrong: ' || count(*) FROM leadscore.verify('large')"
  [[ $answer == *"wrong: 0"* ]] || { echo "bench: verify('large') says $answer" >&2; exit 1; }
}

reading() { # QUERY
  local log=$SERVER_HOME/reading.$1
  rm -f "$log".*
  EXTRA_OPTIONS="-c jit=on -c max_parallel_workers_per_gather=2" in_variant large pgbench -n -M prepared "${read_each[@]}" -l --log-prefix="$log" -D last="$large" -f "$here/upkeep/read_$1.pgbench" >/dev/null
  cat "$log".* | awk '{print $3}' | sort -n | awk '{v[NR] = $1; sum += $1} END {print sum / NR / 1000, v[int((NR - 1) * 0.99) + 1] / 1000}' >"$log"
}

reading_line() { # NAME QUERY FLOOR [ASKED]
  local average high floor
  read -r average high <"$SERVER_HOME/reading.$2"
  read -r floor _ <"$SERVER_HOME/reading.$3"
  line "$1" "$(printf '%.2f / %.2f' "$average" "$high")" "$(awk "BEGIN {printf \"%.2f\", $average / $floor}")" "${4-}"
}
