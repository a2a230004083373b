# shellcheck shell=bash
# Part of 50_plans: a large document is neither detoasted nor compiled once per row.
#
# Both are counted: the reads of the document's toast table in one transaction, and the server's message at each compiling, must be the same for
# 10 rows and for 20,000.

sql <<-'SQL'
	CREATE TABLE large (id int, rules leadscore.scoring_rules);
	INSERT INTO large SELECT 1, format('{"rules": [%s]}', string_agg(format(
	    '{"name": "rule %s", "description": "%s", "enabled": %s, "on": "kind %s", "if": {"url": {"ends_with": "/%s"}, "n": {">": %s}}, "points": %s}',
	    i, repeat('x', 60), to_json(i % 100 = 0), i, i, i, i), ','))::leadscore.scoring_rules FROM generate_series(1, 4000) i;
	CREATE TABLE twenty_thousand AS SELECT i AS id, 'kind ' || i AS kind, timestamptz '2026-03-01Z' + i * interval '1 minute' AS at,
	       jsonb_build_object('url', '/' || i, 'n', i) AS p FROM generate_series(1, 20000) i;
	ANALYZE large, twenty_thousand;
	SQL
echo "the large document: $(sql -c "SELECT length(rules::text) || ' bytes, ' || (SELECT count(*) FROM leadscore.rules_of(rules)) || ' rules' FROM large")"

# reads_and_compilings ROWS QUERY: "toast reads, compilings" of the query over so many rows.
reads_and_compilings() {
  local answer
  answer=$(sql -v rows="$1" 2>&1 <<-SQL
	SET max_parallel_workers_per_gather = 0; SET jit = off; SET statement_timeout = '60s'; SET work_mem = '64MB';
	BEGIN;
	CREATE TEMP VIEW sample AS SELECT * FROM twenty_thousand WHERE id <= :rows;
	SET client_min_messages = debug1;
	SELECT md5(string_agg(x::text, ',')) AS n FROM ($2) x \gset
	SET client_min_messages = warning;
	SELECT pg_stat_get_xact_blocks_fetched(reltoastrelid) FROM pg_class WHERE oid = 'large'::regclass;
	SQL
  ) || true
  echo "$(tail -n 1 <<<"$answer") $(grep -c 'leadscore compiled' <<<"$answer")"
}

# once NAME QUERY [COMPILINGS]: lead_score() compiles for its steps and for its result.
once() {
  local few many
  few=$(reads_and_compilings 10 "$2")
  many=$(reads_and_compilings 20000 "$2")
  echo "  $1: toast blocks read and compilings for 10 rows: $few, for 20,000 rows: $many"
  if [[ ${many% *} =~ ^[1-9][0-9]*$ && ${many% *} == "${few% *}" ]]; then ok "$1: detoasted as often for 20,000 rows as for 10"; else not_ok "$1: detoasted as often for 20,000 rows as for 10"; fi
  if [[ ${many#* } == "${3-1}" && ${few#* } == "${3-1}" ]]; then ok "$1: compiled once"; else not_ok "$1: compiled once"; fi
}

moment="'2026-09-01Z'"
once "lead_tally, joined" "SELECT s.id % 100, leadscore.lead_tally(l.rules, kind, at, p) FROM sample s, large l GROUP BY 1 OFFSET 0"
once "lead_score, joined" "SELECT s.id % 100, leadscore.lead_score(l.rules, kind, at, p, $moment) FROM sample s, large l GROUP BY 1 OFFSET 0" 2
once "lead_tally, subquery" "SELECT s.id % 100, leadscore.lead_tally((SELECT rules FROM large), kind, at, p) FROM sample s GROUP BY 1 OFFSET 0"
once "score, joined" "SELECT s.id, leadscore.score(l.rules, p, NULL, $moment) FROM sample s, large l OFFSET 0"
once "score, lateral" "SELECT s.id, x.score FROM sample s, large l, LATERAL leadscore.score(l.rules, s, NULL, $moment) x OFFSET 0"
once "score, subquery" "SELECT s.id, leadscore.score((SELECT rules FROM large), p, NULL, $moment) FROM sample s OFFSET 0"
once "score, materialized" "WITH l AS MATERIALIZED (SELECT rules FROM large) SELECT s.id, leadscore.score(l.rules, p, NULL, $moment) FROM sample s, l OFFSET 0"
once "lead_tally, sorted with the rules" "SELECT id % 100, leadscore.lead_tally(rules, kind, at, p) FROM (SELECT * FROM (SELECT s.*, l.rules FROM sample s, large l) y ORDER BY p DESC OFFSET 0) z GROUP BY 1 OFFSET 0"
