# shellcheck shell=bash disable=SC2154
# Parts of upkeep.sh with one client.

insert_round() { # ROUND VARIANT
  local commit
  for commit in on off; do
    progress "single rows, round $1 of $rounds: $2, synchronous_commit $commit"
    EXTRA_OPTIONS="-c synchronous_commit=$commit" inserts "$2.$commit" "$2"
  done
}

insert_rows() { # UNIT SAMPLES [ASKED...]
  local unit=$1 what=$2
  row "plain insert" "$unit" "plain$what" "plain$what" "spread $(spread "plain$what") %"
  row "model, mirrored, score column indexed" "$unit" "mirrored$what" "plain$what" "${3+$3 ($4)}"
  row "the same, ranked => false" "$unit" "unranked$what" "plain$what" "${3+$3 ($4)}"
  row "model, mirror => false" "$unit" "unmirrored$what" "plain$what" "${5+$5 ($6)}"
  row "the same, ranked => true" "$unit" "ranked$what" "plain$what"
  row "mirror => false, through contacts" "$unit" "through$what" "plain$what"
  row "mirror => false, through pairs of contact and lead" "$unit" "pairs$what" "plain$what"
  row "model, queued" "$unit" "queued$what" "plain$what"
  row "PL/pgSQL row trigger with the same meaning" "$unit" "peer$what" "plain$what"
  row "PL/pgSQL row trigger, points only: no caps, no decay, no attributes" "$unit" "naive$what" "plain$what"
}

part_inserts() {
  local round variant commit
  for variant in "${variants[@]}"; do # once to warm up: caches, and the pages' first images in the WAL
    EXTRA_OPTIONS="-c synchronous_commit=off" inserts "warm" "$variant"
  done
  sql -c "SELECT pg_stat_reset()" >/dev/null
  for ((round = 1; round <= rounds; ++round)); do
    in_turn "$round" insert_round "${variants[@]}"
  done
  headline "single-row inserts, prepared, one client"
  insert_rows '%.0f /s' .on 0.65 0.75 0.75 0.85
  headline "the same, synchronous_commit off: the disk no longer hides anything"
  insert_rows '%.0f /s' .off
  headline "the same, processor time of the server for one"
  insert_rows '%.1f µs' .off.cpu
  headline "what those inserts did to the tables"
  for variant in mirrored unranked unmirrored ranked; do
    hot_share "HOT updates of the score table, $variant" "$variant.leads_$variant" "(> 95 %)"
  done
  hot_share "HOT updates of leads, mirrored, score column indexed" mirrored.leads
  hot_share "HOT updates of leads, points only, score column indexed" naive.leads
  line "inserts that moved a lead's score" "$(sql -c "SELECT round(100.0 * pg_stat_get_tuples_updated('mirrored.leads'::regclass)
    / pg_stat_get_tuples_inserted('mirrored.events'::regclass), 1)") %"
  line "inserts that moved a lead to another stage" "$(sql -c "SELECT round(100.0 * pg_stat_get_tuples_inserted('mirrored.leads_mirrored_stage_change'::regclass)
    / pg_stat_get_tuples_inserted('mirrored.events'::regclass), 1)") %"
}

hot_share() { # NAME TABLE [ASKED]
  line "$1" "$(sql -c "SELECT round(100.0 * pg_stat_get_tuples_hot_updated('$2'::regclass) / nullif(pg_stat_get_tuples_updated('$2'::regclass), 0), 1)") %" '' "${3-}"
}

# The triggers written in PL/pgSQL get a tenth of the events, for nobody waits for them.
bulk_round() { # ROUND VARIANT
  local more=
  settle "${2%.tenth}"
  progress "bulk, round $1: $2"
  [[ $2 != *.tenth ]] || more=" LIMIT $((bulk / 10))"
  milliseconds "bulk.$2" "INSERT INTO ${2%.tenth}.events (lead_id, kind, occurred_at, properties) SELECT * FROM staging.bulk$more"
  [[ $2 != queued ]] || milliseconds fold "SELECT leadscore.fold('queued')"
}

copy_round() { # ROUND VARIANT
  settle "$2"
  progress "COPY, round $1: $2"
  milliseconds "copy.$2" "COPY $2.events (lead_id, kind, occurred_at, properties) FROM '$SERVER_HOME/bulk.copy'"
}

part_bulk() {
  local round bulk_rounds=$((rounds > 1 ? 2 : 1))
  sql -c "COPY (TABLE staging.bulk UNION ALL TABLE staging.bulk) TO '$SERVER_HOME/bulk.copy'" -c "SELECT leadscore.fold('queued')" >/dev/null
  for ((round = 1; round <= bulk_rounds; ++round)); do
    in_turn "$round" bulk_round plain mirrored unranked unmirrored ranked queued
    in_turn "$round" copy_round plain mirrored unmirrored
  done
  in_turn 1 bulk_round plain.tenth peer.tenth naive.tenth
  headline "$bulk events for $leads leads"
  row "INSERT … SELECT, plain" '%.0f ms' bulk.plain bulk.plain "spread $(spread bulk.plain) %"
  row "model, mirrored" '%.0f ms' bulk.mirrored bulk.plain "1.6"
  row "the same, ranked => false" '%.0f ms' bulk.unranked bulk.plain "1.6"
  row "model, mirror => false" '%.0f ms' bulk.unmirrored bulk.plain
  row "the same, ranked => true" '%.0f ms' bulk.ranked bulk.plain
  row "model, queued" '%.0f ms' bulk.queued bulk.plain
  row "and to fold it in" '%.0f ms' fold bulk.plain
  row "a tenth of them, plain" '%.0f ms' bulk.plain.tenth bulk.plain.tenth
  row "a tenth of them, PL/pgSQL row trigger with the same meaning" '%.0f ms' bulk.peer.tenth bulk.plain.tenth
  row "a tenth of them, PL/pgSQL row trigger, points only" '%.0f ms' bulk.naive.tenth bulk.plain.tenth
  row "COPY of $((2 * bulk)), plain" '%.0f ms' copy.plain copy.plain "spread $(spread copy.plain) %"
  row "model, mirrored" '%.0f ms' copy.mirrored copy.plain "(1.4)"
  row "model, mirror => false" '%.0f ms' copy.unmirrored copy.plain
}

hot_round() { # ROUND LEADS
  progress "a lead with a long history, round $1: $2"
  local lead=
  export PGOPTIONS="-c search_path=mirrored -c synchronous_commit=off"
  case $2 in
    new) tps lead.new "${each[@]}" -D properties="$properties" -f "$here/upkeep/insert_new.pgbench" ;;
    short) lead=-1 ;;
    half_year) lead=-2 ;;
    five_years) lead=-3 ;;
  esac
  [[ -z $lead ]] || tps "lead.$2" "${each[@]}" -D first="$lead" -D last="$lead" -D properties="$properties" -f "$here/upkeep/insert.pgbench"
  unset PGOPTIONS
}

# Lead -1 has no events at first, -2 and -3 many of all kinds within half a year and five years; each insert for a new lead goes to one that had none.
part_hot() {
  local round lead
  sql <<-SQL >/dev/null
	SET search_path = mirrored;
	CREATE SEQUENCE new_lead START 10000001;
	INSERT INTO leads (id, email, job_title) SELECT i, 'hot' || i, 'Engineer' FROM generate_series(-3, -1) i;
	INSERT INTO leads (id, email, job_title) SELECT 10000000 + i, 'new' || i, 'Engineer' FROM generate_series(1, $new_leads) i;
	INSERT INTO events (lead_id, kind, occurred_at, properties) SELECT -2, kind, occurred_at, properties FROM staging.make_events($history, 10, 180, 77);
	INSERT INTO events (lead_id, kind, occurred_at, properties) SELECT -3, kind, occurred_at, properties FROM staging.make_events($history, 10, 1800, 77);
	SQL
  settle mirrored
  for ((round = 1; round <= rounds; ++round)); do
    in_turn "$round" hot_round new short half_year five_years
  done
  headline "one insert, mirrored, synchronous_commit off, by the history of its lead"
  in_microseconds "each for another lead without events" lead.new lead.new
  in_microseconds "all for one lead that had none" lead.short lead.new
  in_microseconds "all for one lead with $history events of twenty kinds within half a year" lead.half_year lead.new "1.5"
  in_microseconds "all for one lead with $history events of twenty kinds within five years" lead.five_years lead.new "1.5"
  for lead in -2 -3; do
    line "… its evidence: bytes / as stored, of what came since" "$(sql -c "SELECT coalesce(octet_length(tally), 0) || ' / ' || coalesce(pg_column_size(tally), 0)
      || ', ' || coalesce(octet_length(recent), 0) FROM mirrored.leads_mirrored WHERE lead_id = $lead")"
  done
}

in_microseconds() { # NAME SAMPLES FLOOR [ASKED]: samples are rates
  line "$1" "$(awk "BEGIN {printf \"%.0f µs\", 1e6 / $(median "$2")}")" "$(awk "BEGIN {printf \"%.2f\", 1 / $(ratio "$2" "$3")}")" "${4-}" \
    "$(printf '%.2f' "$(ratio "$2.cpu" "$3.cpu")")"
}
