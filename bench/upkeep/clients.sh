# shellcheck shell=bash disable=SC2154
# Parts of upkeep.sh with several clients, and what writes leave on disk.

clients_round() { # ROUND WHAT
  progress "eight clients, round $1: $2"
  local -a one=(-c 8 -j 2 "${eight_each[@]}" -D first=1 -D last=1 -D properties="$properties")
  case $2 in
    distinct.*) inserts "$2" "${2#*.}" -c 8 -j 2 "${eight_each[@]}" ;;
    floor) in_variant plain tps one.floor "${one[@]}" -f "$here/upkeep/plus_one.pgbench" ;;
    both) in_variant plain tps one.both "${one[@]}" -f "$here/upkeep/insert_plus_one.pgbench" ;;
    one.*) in_variant "${2#*.}" tps "$2" "${one[@]}" -f "$here/upkeep/insert.pgbench" ;;
  esac
}

part_clients() {
  local round
  settle "${variants[@]}"
  for ((round = 1; round <= (rounds + 1) / 2; ++round)); do
    in_turn "$round" clients_round distinct.plain distinct.mirrored distinct.unmirrored distinct.queued floor both one.mirrored one.unmirrored \
      one.queued one.peer
  done
  headline "eight clients"
  row "distinct leads: plain insert" '%.0f /s' distinct.plain distinct.plain "spread $(spread distinct.plain) %"
  row "model, mirrored" '%.0f /s' distinct.mirrored distinct.plain "0.65 (0.75)"
  row "model, mirror => false" '%.0f /s' distinct.unmirrored distinct.plain "0.75 (0.85)"
  row "model, queued" '%.0f /s' distinct.queued distinct.plain
  row "one lead: UPDATE leads SET score = score + 1" '%.0f /s' one.floor one.floor "spread $(spread one.floor) %"
  row "plain insert and that update" '%.0f /s' one.both one.floor
  row "insert, model, mirrored" '%.0f /s' one.mirrored one.floor "1"
  row "insert, model, mirror => false" '%.0f /s' one.unmirrored one.floor
  row "insert, model, queued" '%.0f /s' one.queued one.floor
  row "insert, PL/pgSQL row trigger with the same meaning" '%.0f /s' one.peer one.floor
}

# conflict VARIANT: the share of transactions that fail, of those that write events and of those that write leads.
conflict() {
  local log=$SERVER_HOME/conflict.log
  in_variant "$1" pgbench -n -M prepared -c 8 -j 2 "${eight_each[@]}" --failures-detailed -D first=1 -D last=5 -D properties="$properties" \
    -f "$here/upkeep/repeatable_event.pgbench@3" -f "$here/upkeep/repeatable_lead.pgbench@1" >"$log"
  awk '/^SQL script/ {++script}
       script && /number of failed transactions/ {failed[script] = $6}
       script && /^ - [0-9]+ transactions/ {done[script] = $2}
       function share(i) {return 100 * failed[i] / (failed[i] + done[i])}
       END {printf "%.1f %%, %.1f %%", share(1), share(2)}' "$log"
}

part_conflicts() {
  headline "REPEATABLE READ, eight clients on five leads, 1 ms in a transaction: fail with 40001 of those that write events, lead rows"
  local variant
  settle "${variants[@]}"
  for variant in plain mirrored unmirrored queued peer; do
    progress "conflicts: $variant"
    line "$variant" "$(conflict "$variant")"
  done
}

wal_round() { # ROUND VARIANT
  progress "WAL, round $1: $2"
  local before
  local -a one=(pgbench -n -M prepared -D first=1 -D last="$leads" -D properties="$properties" -f "$here/upkeep/insert.pgbench")
  local EXTRA_OPTIONS="-c synchronous_commit=off"
  in_variant "$2" "${one[@]}" -t 200 >/dev/null
  before=$(sql -c "SELECT pg_current_wal_insert_lsn()")
  in_variant "$2" "${one[@]}" -t "$fixed" >/dev/null
  sample "wal.$2" "$(sql -c "SELECT (pg_current_wal_insert_lsn() - '$before') / $fixed")"
}

part_storage() {
  local variant
  sql -c "SELECT leadscore.fold('queued')" >/dev/null
  for variant in plain mirrored unmirrored; do
    progress "packing $variant"
    sql -c "SELECT format('VACUUM (FULL, ANALYZE) %s;', oid::regclass) FROM pg_class WHERE relnamespace = '$variant'::regnamespace AND relkind = 'r'" | sql
  done
  headline "on disk, packed, indexes included"
  line "plain: bytes a lead, leads table" "$(bytes plain.leads)"
  line "plain: bytes an event, event table" "$(sql -c "SELECT pg_total_relation_size('plain.events') / count(*) FROM plain.events")"
  for variant in mirrored unmirrored; do
    line "$variant: bytes a lead, score table with $(sql -c "SELECT round(count(*)::numeric / (SELECT count(*) FROM $variant.leads)) FROM $variant.events") events a lead" \
      "$(bytes "$variant.leads_$variant")" "$(sql -c "SELECT round(pg_total_relation_size('$variant.leads_$variant')::numeric / pg_total_relation_size('plain.leads'), 2)")"
    line "… of it the table itself" "$(sql -c "SELECT pg_table_size('$variant.leads_$variant') / count(*) FROM $variant.leads_$variant")"
  done
  # Without images of whole pages, whose number only tells how long ago the last checkpoint was.
  sql -c "ALTER SYSTEM SET full_page_writes = off" -c "SELECT pg_reload_conf()" >/dev/null
  in_turn 1 wal_round "${variants[@]}"
  sql -c "ALTER SYSTEM RESET full_page_writes" -c "SELECT pg_reload_conf()" >/dev/null
  headline "WAL of one single-row insert, page images aside"
  for variant in "${variants[@]}"; do row "$variant" '%.0f bytes' "wal.$variant" wal.plain; done
}

bytes() { sql -c "SELECT pg_total_relation_size('$1') / count(*) FROM $1"; }
