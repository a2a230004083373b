# shellcheck shell=bash
# The queries of bench/queries: each is a SELECT of lead_id and s. To be sourced after measure.sh.
shopt -s extglob

# What a query's :'rules' are, and the bench's name of a query with other rules.
declare -A rules_of=([scored]='by kind' [scored_1060]='by kind and never' [scored_parts]='by kind' [short]='by kind' [short_1060]='by kind and never'
  [conditions]='conditions' [conditions_parts]='conditions' [plain_sql]='by kind' [plain_conditions]='conditions')

# The text of a query; of one called _parts, one branch for each half of the leads.
query_of() { # NAME
  local text
  text=$(<"$ROOT/bench/queries/${1%_@(1060|parts)}.sql")
  if [[ $1 == *_parts ]]; then
    echo "${text/GROUP BY/WHERE leadscore.in_part(lead_id, 1, 2) GROUP BY} UNION ALL ${text/GROUP BY/WHERE leadscore.in_part(lead_id, 2, 2) GROUP BY}"
  else
    echo "$text"
  fi
}

# timed_query NAME INTO [setting...]: one sample of a query, as milliseconds() takes it. What it found is kept in ${found[INTO]}.
declare -A found=()
timed_query() {
  local name=$1 into=$2 before
  shift 2
  before=$(server_ticks)
  # shellcheck disable=SC2145
  answer=$(PGOPTIONS="${*/#/-c }" sql -f - <<-SQL
	SELECT rules FROM rules WHERE name = '${rules_of[$name]-by kind}' \gset
	PREPARE timed AS SELECT count(*), sum(s) FROM ($(query_of "$name")
	) q;
	\timing on
	EXECUTE timed;
	SQL
  )
  sample "$into" "$(sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p' <<<"$answer")"
  sleep 0.1 # its backend is to be gone
  sample "$into.cpu" "$(awk "BEGIN {print ($(server_ticks) - $before) * 1e3 / $(getconf CLK_TCK)}")"
  found[$into]=$(head -n 1 <<<"$answer")
}

# Queries that mean the same have found the same, over all leads.
same_found() { # INTO...
  local into
  for into in "$@"; do
    [[ ${found[$into]-} == "${found[$1]}" ]] || { echo "bench: $into finds ${found[$into]-nothing}, $1 ${found[$1]}" >&2; exit 1; }
  done
}

# Some leads, chosen at random, whose scores must be the reference's, whatever computes them. Rules that never match change nothing.
compare_with_reference() { # SEED SAMPLED LEADS [SCHEMA]
  local name
  {
    cat <<-SQL
	SET timezone = 'UTC';
	SELECT setseed(sin($1));
	CREATE TEMP TABLE sampled AS SELECT lead_id FROM generate_series(1, $3) lead_id ORDER BY random() LIMIT $2;
	CREATE TEMP TABLE events AS SELECT * FROM ${4-public}.events WHERE lead_id IN (SELECT lead_id FROM sampled);
	CREATE TEMP TABLE scores (lead_id int, rules text, what text, s numeric);
	SQL
    for name in "${!rules_of[@]}"; do
      echo "SELECT rules FROM rules WHERE name = '${rules_of[$name]}' \\gset"
      printf "INSERT INTO scores SELECT lead_id, '%s', '%s', s FROM (%s\n) q;\n" "${rules_of[$name]% and never}" "$name" "$(query_of "$name")"
    done
    cat <<-'SQL'
	SELECT jsonb_build_object('as_of', '2025-12-31T00:00:00+00:00', 'rules', jsonb_object_agg(name, rules::text)) FROM rules
	 WHERE name NOT LIKE '% and never';
	SELECT jsonb_build_object('lead', lead_id, 'attributes', NULL,
	           'events', (SELECT jsonb_agg(jsonb_build_array(kind, occurred_at, properties)) FROM events e WHERE e.lead_id = l.lead_id),
	           'scores', (SELECT jsonb_agg(jsonb_build_array(rules, what, s::text)) FROM scores s WHERE s.lead_id = l.lead_id))
	  FROM sampled l;
	SQL
  } | sql -f - | grep -v '^$' | python3 "$ROOT/bench/reference.py"
}
