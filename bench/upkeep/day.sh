# shellcheck shell=bash disable=SC2154
# The parts of upkeep.sh that look at what a day of single-row inserts leaves behind: growth, WAL, dead rows, and VACUUM's work on them.

# In slices: a session tells of dead rows, which autovacuum goes by, only between its statements.
single_rows() { # VARIANT COUNT
  local from slice=20000
  for ((from = 0; from < $2; from += slice)); do
    cat <<-SQL
	DO \$\$
	BEGIN
	    FOR i IN $((from + 1))..$((from + slice < $2 ? from + slice : $2)) LOOP
	        INSERT INTO $1.events (lead_id, kind, properties)
	        VALUES (1 + staging.chance(i * 31::bigint, $leads), 'kind_' || staging.chance(i * 37::bigint, 20), '$properties');
	        COMMIT;
	    END LOOP;
	END \$\$;
	SQL
  done | PGOPTIONS='-c synchronous_commit=off' sql
  sleep 1 # statistics of a session that has ended
}

hot_share_of() { # TABLE
  sql -c "SELECT round(100.0 * pg_stat_get_tuples_hot_updated('$1'::regclass) / nullif(pg_stat_get_tuples_updated('$1'::regclass), 0), 1)"
}

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
  single_rows "$variant" "$day"
  sample "day.$variant.wal" "$(sql -c "SELECT (pg_current_wal_insert_lsn() - '$started') / $day")"
  for table in "${tables[@]}"; do
    sample "grown.$table" "$(sql -c "SELECT pg_total_relation_size('$table') / 1048576.0")"
    sample "dead.$table" "$(sql -c "SELECT pg_stat_get_dead_tuples('$table'::regclass)")"
    sample "hot.$table" "$(hot_share_of "$table")"
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

# How often autovacuum came to a table, and what it took, from the server's log behind a line.
autovacuums_of() { # TABLE LINE
  tail -n "+$2" "$SERVER_HOME/log" | awk -v table="\"postgres.$1\"" '
    /automatic vacuum of table/ { ours = index($0, table) > 0; runs += ours }
    ours && /system usage: CPU/ { match($0, /user: [0-9.]+/); cpu += substr($0, RSTART + 6, RLENGTH - 6)
                                  match($0, /system: [0-9.]+/); cpu += substr($0, RSTART + 8, RLENGTH - 8)
                                  match($0, /elapsed: [0-9.]+/); elapsed += substr($0, RSTART + 9, RLENGTH - 9); ours = 0 }
    END { printf "%6d | %6.0f s | %6.0f s", runs, cpu, elapsed }'
}

# A day of five million, one after the other, with autovacuum as it is by default.
part_whole_day() {
  local variant table line started
  sql -c "ALTER SYSTEM SET autovacuum = on" -c "ALTER SYSTEM SET log_autovacuum_min_duration = 0" -c "SELECT pg_reload_conf()" >/dev/null
  printf '\n| %s | before | after | HOT | autovacuum came | processor | elapsed |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n' "$whole_day single-row inserts for $leads leads"
  for variant in mirrored unranked; do
    settle "$variant"
    progress "$whole_day single rows: $variant"
    for table in "$variant.events" "$variant.leads_$variant" "$variant.leads"; do
      sample "whole.$table" "$(sql -c "SELECT pg_total_relation_size('$table') / 1048576.0")"
    done
    sql -c "SELECT pg_stat_reset()" >/dev/null
    line=$(($(wc -l <"$SERVER_HOME/log") + 1)) started=$SECONDS
    single_rows "$variant" "$whole_day"
    progress "$((SECONDS - started)) s"
    for table in "$variant.events" "$variant.leads_$variant" "$variant.leads"; do
      printf '| %-40s | %6.0f MB | %6.0f MB | %6s %% | %s |\n' "$table" "$(median "whole.$table")" \
        "$(sql -c "SELECT pg_total_relation_size('$table') / 1048576.0")" "$(hot_share_of "$table")" "$(autovacuums_of "$table" "$line")"
    done
    echo "$variant: $((whole_day / (SECONDS - started))) inserts a second"
  done
  sql -c "ALTER SYSTEM RESET autovacuum" -c "ALTER SYSTEM RESET log_autovacuum_min_duration" -c "SELECT pg_reload_conf()" >/dev/null
}
