# shellcheck shell=bash disable=SC2154
# The part of upkeep.sh that looks at what a day of single-row inserts leaves behind: growth, WAL, dead rows, and VACUUM's work on them.

day_of() { # VARIANT
  local variant=$1 table started
  local -a tables=("$variant.events")
  case $variant in
    plain) ;;
    unmirrored) tables+=("$variant.leads_$variant") ;;
    *) tables+=("$variant.leads_$variant" "$variant.leads") ;;
  esac
  settle "$variant"
  progress "$day single rows, as in a day: $variant"
  for table in "${tables[@]}"; do sample "size.$table" "$(sql -c "SELECT pg_total_relation_size('$table')")"; done
  sql -c "SELECT pg_stat_reset()" >/dev/null
  started=$(sql -c "SELECT pg_current_wal_insert_lsn()")
  sql <<-SQL
	SET synchronous_commit = off;
	DO \$\$
	BEGIN
	    FOR i IN 1..$day LOOP
	        INSERT INTO $variant.events (lead_id, kind, properties)
	        VALUES (1 + staging.chance(i * 31::bigint, $leads), 'kind_' || staging.chance(i * 37::bigint, 20), '$properties');
	        COMMIT;
	    END LOOP;
	END \$\$;
	SQL
  sleep 1 # statistics of a session that has ended
  sample "day.$variant.wal" "$(sql -c "SELECT (pg_current_wal_insert_lsn() - '$started') / $day")"
  for table in "${tables[@]}"; do
    sample "grown.$table" "$(sql -c "SELECT pg_total_relation_size('$table') / 1048576.0")"
    sample "dead.$table" "$(sql -c "SELECT pg_stat_get_dead_tuples('$table'::regclass)")"
    sample "hot.$table" "$(sql -c "SELECT round(100.0 * pg_stat_get_tuples_hot_updated('$table'::regclass) / nullif(pg_stat_get_tuples_updated('$table'::regclass), 0), 1)")"
    milliseconds "vacuum.$table" "VACUUM $table"
  done
  day_rows "$variant" "${tables[@]}"
}

day_rows() { # VARIANT TABLE...
  local variant=$1 table
  shift
  for table in "$@"; do
    printf '| %-40s | %6.0f MB | %6.0f MB | %9s | %6s %% | %8.0f ms |\n' "$table" "$(awk "BEGIN {print $(median "size.$table") / 1048576}")" \
      "$(median "grown.$table")" "$(median "dead.$table")" "$(median "hot.$table")" "$(median "vacuum.$table")"
  done
}

part_day() {
  local variant
  printf '\n| %s | before | after | dead rows | HOT | VACUUM |\n| --- | ---: | ---: | ---: | ---: | ---: |\n' "$day single-row inserts for $leads leads"
  sql -c "ALTER SYSTEM SET full_page_writes = off" -c "SELECT pg_reload_conf()" >/dev/null
  for variant in plain mirrored unranked unmirrored; do day_of "$variant"; done
  sql -c "ALTER SYSTEM RESET full_page_writes" -c "SELECT pg_reload_conf()" >/dev/null
  headline "WAL of one of these inserts, page images aside"
  for variant in plain mirrored unranked unmirrored; do row "$variant" '%.0f bytes' "day.$variant.wal" day.plain.wal; done
}
