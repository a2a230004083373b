-- scoring_rules: what it refuses, with SQLSTATE, the place in the document, and a hint where one helps.
\pset format unaligned
\pset tuples_only on
\pset fieldsep ' => '

CREATE FUNCTION pg_temp.reading(document text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE hint text; detail text;
BEGIN
  PERFORM document::leadscore.scoring_rules;
  RETURN 'fine';
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT, detail = PG_EXCEPTION_DETAIL;
  RETURN sqlstate || ' ' || left(sqlerrm, 500) || CASE WHEN detail <> '' THEN ' DETAIL: ' || detail ELSE '' END
         || CASE WHEN hint <> '' THEN ' HINT: ' || hint ELSE '' END;
END $$;
-- One rule, given without its name.
CREATE FUNCTION pg_temp.rule(rest text) RETURNS text LANGUAGE sql AS
  $$ SELECT pg_temp.reading('{"rules":[{"name":"r",' || rest || '}]}') $$;
-- One condition of an attribute rule, and of an event rule.
CREATE FUNCTION pg_temp.test(condition text) RETURNS text LANGUAGE sql AS
  $$ SELECT pg_temp.rule('"points":1,"if":' || condition) $$;

-- Not JSON.
SELECT d, pg_temp.reading(d) FROM unnest(ARRAY[
  '', ' ', 'null', '[]', '"rules"', '1', '{', '{"rules":[]', '{"rules":[]}}', '{"rules":[],}', '{"rules":[1,]}', '{rules:[]}',
  $a${'rules':[]}$a$, '{"rules":[] /* no */}', '{"rules":NaN}', '{"rules":[],"name":"\x"}', '{"rules":[],"name":"\ud800"}',
  '{"rules":[],"name":"a' || chr(10) || 'b"}', '{"rules":[],"score":{"min":01}}', '{"rules":[],"score":{"min":+1}}',
  '{"rules":[],"score":{"min":.5}}', '{"rules":[],"score":{"min":1.}}', chr(65279) || '{"rules":[]}']) WITH ORDINALITY u(d, i) ORDER BY i;
-- Line and column are those of the document, columns in characters; the cursor is that of the statement.
SELECT 'größe' AS "größe", '{
  "name": "größe",
  "rules": [
    { "name": "größe 日本", "attribute": "größe", "bands": [ { "points": 0 } { "from": 5, "points": 1 } ] }
  ]
}'::leadscore.scoring_rules;
SELECT d, pg_temp.reading(d) FROM unnest(ARRAY[
  '{"rules":[{"name":"r","points":1,5}]}', '{"rules":[{"name":"r","points":5%}]}', '{"rules":[{"name":"r","points":' || chr(8722) || '5}]}', '{"rules":[' || chr(160) || ']}',
  '{' || chr(8220) || 'rules' || chr(8221) || ':[]}', '{"rules":[] // no' || chr(10) || '}', '{"rules":[{"name":"r" "points":1}]}', '{"rules":[{"name":"r"]}', '{"rules":[{"name":"\d"},{"name":"\d]']) WITH ORDINALITY u(d, i) ORDER BY i;
-- Text that PostgreSQL cannot hold.
SELECT d, pg_temp.reading(d) FROM unnest(ARRAY[
  '{"rules":[],"name":"a\u0000b"}', '{"rules":[{"name":"r","points":1,"if":{"a\u0000":1}}]}']) WITH ORDINALITY u(d, i) ORDER BY i;

-- The top of the document.
SELECT d, pg_temp.reading(d) FROM unnest(ARRAY[
  '{}', '{"rules":{}}', '{"rules":null}', '{"rules":[],"rules":[]}', '{"rules":[],"name":null}', '{"rules":[],"name":1}', '{"rules":[],"description":[]}',
  '{"rulez":[]}', '{"rules":[],"Rules":[]}', '{"rules":[],"zzz":1}', '{"rules":[],"timezone":"Mars/Olympus"}', '{"rules":[],"timezone":""}',
  '{"rules":[],"timezone":1}', '{"rules":[],"timezone":"right/UTC"}', '{"rules":[],"score":[]}', '{"rules":[],"score":{"minimum":0}}',
  '{"rules":[],"score":{"min":1,"max":0}}', '{"rules":[],"score":{"min":"0"}}', '{"rules":[],"score":{"decimals":7}}', '{"rules":[],"score":{"decimals":-1}}',
  '{"rules":[],"score":{"decimals":0.5}}', '{"rules":[],"score":{"decimals":true}}',
  '{"rules":[],"dimensions":[]}', '{"rules":[],"dimensions":{"":{}}}', '{"rules":[],"dimensions":{"score":{}}}', '{"rules":[],"dimensions":{"probability":{}}}',
  '{"rules":[],"dimensions":{"a":1}}', '{"rules":[],"dimensions":{"a":{"wait":1}}}', '{"rules":[],"dimensions":{"a":{"weight":"1"}}}',
  '{"rules":[],"dimensions":{"a":{},"a":{}}}', '{"rules":[],"dimensions":{"a":{"min":2,"max":1}}}',
  '{"rules":[],"groups":{"g":{"dimension":"x"}},"dimensions":{"engagement":{}}}', '{"rules":[],"groups":{"g":{}},"dimensions":{"fit":{}}}',
  '{"rules":[],"groups":{"g":{"take":"avg"}}}', '{"rules":[],"groups":{"g":{"take":1}}}', '{"rules":[],"groups":{"g":{"max":1,"min":1.000001}}}', '{"rules":[],"groups":{"":{}}}',
  '{"rules":[],"exclude":{}}', '{"rules":[],"exclude":[{"if":{}}]}', '{"rules":[],"exclude":[{"name":"a"}]}', '{"rules":[],"exclude":[{"name":"a","if":{}},{"name":"a","if":{}}]}',
  '{"rules":[],"exclude":[{"name":"a","if":[]}]}',
  '{"rules":[],"probability":1}', '{"rules":[],"probability":{"intercept":1}}', '{"rules":[],"probability":{"slope":1}}',
  '{"rules":[],"probability":{"intercept":"1","slope":1}}', '{"rules":[],"probability":{"intercept":1,"slope":1,"horizon":90}}']) WITH ORDINALITY u(d, i) ORDER BY i;

-- Stages and labels.
SELECT d, pg_temp.reading('{"rules":[],' || d || '}') FROM unnest(ARRAY[
  '"stages":{}', '"stages":[{}]', '"stages":[{"name":""}]', '"stages":[{"name":"a","from":0}]', '"stages":[{"name":"a","needs":{"fit":1}}]', '"stages":[{"name":"a"},{"name":"b"}]',
  '"stages":[{"name":"a"},{"name":"b","from":1},{"name":"c","from":1}]', '"stages":[{"name":"a"},{"name":"b","from":2},{"name":"c","from":1}]',
  '"stages":[{"name":"a"},{"name":"a","from":1}]', '"stages":[{"name":"excluded"}]', '"stages":[{"name":"a"},{"name":"b","from":1,"needs":{"fitt":1}}]',
  '"stages":[{"name":"a"},{"name":"b","from":1,"needs":[]}]', '"stages":[{"name":"a"},{"name":"b","from":1,"keep":-1}]', '"stages":[{"name":"a","sticky":1}]',
  '"stages":[{"name":"a","qualification":1}]', '"stages":[{"name":"a","form":1}]', '"stages":[{"name":"a"},{"name":"b","from":1000000000000001}]',
  '"labels":[]', '"labels":{"l":{"of":"fit"}}', '"labels":{"l":{"of":"fit","levels":[]}}', '"labels":{"l":{"of":"nothing","levels":[{"name":"a"}]}}',
  '"labels":{"l":{"levels":[{"name":"a"}]}}', '"labels":{"l":{"of":"probability","levels":[{"name":"a"}]}}', '"labels":{"l":{"of":"fit","levels":[{"name":"a","from":1}]}}',
  '"labels":{"l":{"of":"fit","levels":[{"name":"a"},{"name":"a","from":1}]}}', '"labels":{"l":{"of":"fit","levels":[{"name":"a","needs":{}}]}}',
  '"labels":{"":{"of":"fit","levels":[{"name":"a"}]}}']) WITH ORDINALITY u(d, i) ORDER BY i;

-- Rules: names, references, what belongs together.
SELECT d, pg_temp.reading('{"rules":' || d || '}') FROM unnest(ARRAY[
  '[1]', '[{}]', '[{"name":""}]', '[{"name":1}]', '[{"name":"a"}]', '[{"name":"a","on":"k","points":1},{"name":"a","if":{},"points":1}]',
  '[{"name":"a","if":{},"points":1},{"name":"b","if":{},"pionts":1}]', '[{"name":"a","if":{},"points":1,"name":"b"}]']) WITH ORDINALITY u(d, i) ORDER BY i;
SELECT d, pg_temp.rule(d) FROM unnest(ARRAY[
  '"points":1', '"if":{}', '"if":{},"points":"1"', '"if":{},"points":null', '"if":{},"points":true', '"if":[],"points":1', '"if":{},"points":0.0000001', '"if":{},"points":1e-7',
  '"if":{},"points":1000000000.000001', '"if":{},"points":-1e10', '"if":{},"points":1e400', '"if":{},"points":1e999999999999', '"if":{},"points":1e-400', '"if":{},"points":1,"min":2,"max":1',
  '"if":{},"points":1,"max":"1"', '"if":{},"points":1,"enabled":"true"', '"if":{},"points":1,"enabled":0', '"if":{},"points":1,"group":"g"', '"if":{},"points":1,"dimension":""',
  '"if":{},"points":1,"dimension":"score"', '"if":{},"points":1,"description":1',
  '"if":{},"points":1,"within":"1 day"', '"if":{},"points":1,"measure":"hits"', '"if":{},"points":1,"bands":[]', '"if":{},"points":1,"missing":1', '"if":{},"points":1,"otherwise":1',
  '"attribute":"x"', '"attribute":"","values":{}', '"attribute":1,"values":{}', '"attribute":"x","points":1', '"attribute":"x","values":{},"if":{}', '"attribute":"x","values":{},"bands":[{"points":1}]',
  '"attribute":"x","values":[]', '"attribute":"x","values":{"a":"b"}', '"attribute":"x","values":{"a":1,"a":2}', '"attribute":"x","bands":[]', '"attribute":"x","bands":{}',
  '"attribute":"x","bands":[{"from":1}]', '"attribute":"x","bands":[{"from":"1","points":1}]', '"attribute":"x","bands":[{"points":1},{"points":2}]',
  '"attribute":"x","bands":[{"from":1,"points":1},{"from":1.0,"points":2}]', '"attribute":"x","bands":[{"points":1},{"from":2,"points":1},{"from":1,"points":2}]',
  '"attribute":"x","bands":[{"from":1e16,"points":1}]', '"attribute":"x","bands":[{"from":0.0000001,"points":1}]', '"attribute":"x","bands":[{"to":1,"points":1}]',
  '"attribute":"x","bands":[{"points":1}],"otherwise":1', '"attribute":"x","bands":[{"points":1}],"decay":{}']) WITH ORDINALITY u(d, i) ORDER BY i;
SELECT d, pg_temp.reading('{"dimensions":{"behaviour":{}},"groups":{"g":{"dimension":"behaviour"}},"rules":[{"name":"r","points":1,' || d || '}]}') FROM unnest(ARRAY[
  '"if":{},"dimension":"behavior"', '"if":{}', '"on":"k"', '"if":{},"group":"h"', '"if":{},"group":"g","dimension":"fit"', '"if":{},"group":"g","dimension":"behaviour"']) WITH ORDINALITY u(d, i) ORDER BY i;

-- Event rules.
SELECT d, pg_temp.rule('"on":' || d) FROM unnest(ARRAY[
  '"k"', '1', 'null', '[]', '[1]', '""', '["k",""]', '{}', '"k","points":1,"attribute":"x"', '"k","points":1,"values":{}', '"k","points":1,"otherwise":1', '"k","points":1,"missing":1', '"k","points":1,"bands":[{"points":1}]',
  '"k","bands":[{"points":1}],"decay":{"linear":"1 day"}',
  '"k","points":1,"measure":"sum"', '"k","points":1,"measure":"hit"', '"k","points":1,"measure":"median"', '"k","points":1,"measure":1', '"k","points":1,"measure":{}', '"k","points":1,"measure":{"sum":"a","distinct":"b"}',
  '"k","points":1,"measure":{"sum":""}', '"k","points":1,"measure":{"sum":1}', '"k","points":1,"measure":{"ratio_to":"l"}', '"k","bands":[{"points":1}],"measure":{"ratio_to":[]}', '"k","measure":"idle","points":1', '"k","measure":"idle"',
  '"k","measure":"idle","bands":[{"points":1}],"within":"1 day"',
  '"k","points":1,"measure":{"sum":"a"},"limit":1', '"k","points":1,"measure":{"sum":"a"},"burst":1', '"k","points":1,"measure":{"sum":"a"},"at_most":{"hits":1,"per":"1 day"}', '"k","points":1,"measure":{"distinct":"a"},"burst":2',
  '"k","bands":[{"points":1}],"measure":{"ratio_to":"l"},"limit":1', '"k","bands":[{"points":1}],"measure":{"ratio_to":"l"},"burst":2',
  '"k","points":1,"limit":0', '"k","points":1,"limit":1.5', '"k","points":1,"limit":"1"', '"k","points":1,"limit":1000000001', '"k","points":1,"burst":0', '"k","points":1,"at_most":3', '"k","points":1,"at_most":{"hits":3}',
  '"k","points":1,"at_most":{"hits":0,"per":"1 day"}', '"k","points":1,"at_most":{"hits":1,"per":1}',
  '"k","points":1,"within":7', '"k","points":1,"within":"7"', '"k","points":1,"within":"days"', '"k","points":1,"within":"0 days"', '"k","points":1,"within":"-1 days"', '"k","points":1,"within":"1.5 days"',
  '"k","points":1,"within":"7days"', '"k","points":1,"within":"7  days"', '"k","points":1,"within":" 7 days"', '"k","points":1,"within":"7 days "', '"k","points":1,"within":"7 Days"', '"k","points":1,"within":"5 minutes"', '"k","points":1,"within":"99999999999999999999 days"',
  '"k","points":1,"decay":"1 day"', '"k","points":1,"decay":{}', '"k","points":1,"decay":{"half_life":"1 day","linear":"1 day"}', '"k","points":1,"decay":{"half_life":"1 day","lose":0.5}', '"k","points":1,"decay":{"every":"1 day"}',
  '"k","points":1,"decay":{"every":"1 day","lose":0}', '"k","points":1,"decay":{"every":"1 day","lose":1.1}', '"k","points":1,"decay":{"exponential":"1 day"}']) WITH ORDINALITY u(d, i) ORDER BY i;

-- Conditions.
SELECT d, pg_temp.test(d) FROM unnest(ARRAY[
  'null', 'true', '{"":1}', '{"a":{}}', '{"a":[]}', '{"a":[1,null]}', '{"a":[[1]]}', '{"a":{"=":null}}', '{"a":{"=":[1]}}', '{"a":{"==":1}}', '{"a":{"in":1}}', '{"a":{"in":[]}}', '{"a":{"<":true}}', '{"a":{"<":null}}', '{"a":{">=":[1]}}',
  '{"a":{"between":[1]}}', '{"a":{"between":[1,2,3]}}', '{"a":{"between":[1,"2"]}}', '{"a":{"between":[true,false]}}', '{"a":{"between":1}}', '{"a":{"starts_with":1}}', '{"a":{"contains":["x"]}}', '{"a":{"exists":1}}', '{"a":{"exists":null}}',
  '{"a":{"like":"x\\"}}', '{"a":{"ilike":"\\\\\\"}}', '{"a":{"like":"x\\\\"}}', '{"a":{"like":1}}', '{"a":{"matches":"("}}', '{"a":{"matches":"a{2,1}"}}', '{"a":{"matches":"[z-a]"}}', '{"a":{"matches":"*"}}', '{"a":{"matches":1}}',
  '{"a":{"within_last":1}}', '{"a":{"within_last":"1 fortnight"}}', '{"a":{"b":1}}', '{"a":{"b":{"=":1}}}', '{"a":{"start_with":"x"}}', '{"a":{"=":1,"=":2}}', '{"a":1,"a":2}', '{"a":{"=":1e400}}',
  '{"all":{}}', '{"any":1}', '{"all":[1]}', '{"not":[]}', '{"not":{"a":{"lik":"x"}}}', '{"any":[{},{"x.y":{"<<":1}}]}']) WITH ORDINALITY u(d, i) ORDER BY i;
-- What people write instead, and what they are led to.
SELECT d, pg_temp.test(d) FROM unnest(ARRAY[
  '{"a":{"<>":1}}', '{"a":{"is":1}}', '{"a":{"GTE":1}}', '{"a":{"notin":[1]}}', '{"a":{"is_null":true}}', '{"a":{"not":{"=":1}}}', '{"OR":[{"a":1},{"b":1}]}', '{"and":[{"a":1}]}', '{"NOT":{"a":1}}', '{"a":{"!=":null}}', '{"a":{"=":["US","DE"]}}', '{"a":{"!=":["US"]}}',
  '{"a":{"like":["x%"]}}', '{"a":{">":[1,2]}}']) WITH ORDINALITY u(d, i) ORDER BY i;
SELECT d, pg_temp.rule(d) FROM unnest(ARRAY[
  '"if":{},"points":1,"first":true', '"if":{},"points":1,"note":"x"', '"if":{},"points":1,"disabled":true', '"on":"k","points":1,"decay":"25%"', '"on":"k","points":1,"decay":0.25', '"on":"k","points":1,"within":"30 Days"', '"on":"k","points":1,"within":"30d"',
  '"attribute":"x","values":["US","DE"],"points":7', '"attribute":"x","points":7']) WITH ORDINALITY u(d, i) ORDER BY i;
-- A long name is cut behind the place, between characters.
SELECT pg_temp.reading('{"rules":[{"name":"' || repeat('ß', 40) || '","if":{},"points":"1"}]}');
-- Conditions on events know no moment of scoring.
SELECT d, pg_temp.rule('"on":"k","points":1,"if":' || d) FROM unnest(ARRAY[
  '{"a":{"within_last":"1 day"}}', '{"a":{"older_than":"1 day"}}', '{"not":{"a":{"within_next":"1 day"}}}', '{"a":{"matches":"(?<x)"}}']) WITH ORDINALITY u(d, i) ORDER BY i;

-- The limits, from both sides: 1,024 bytes a name, 32 levels, 4,096 rules, 1 MB.
SELECT pg_temp.reading('{"rules":[],"name":"' || repeat('x', 1024) || '"}'), pg_temp.reading('{"rules":[],"name":"' || repeat('x', 1025) || '"}');
SELECT pg_temp.reading('{"rules":[],"name":"' || repeat('é', 512) || '"}'), pg_temp.reading('{"rules":[],"name":"' || repeat('é', 512) || 'x"}');
SELECT pg_temp.test('{"' || repeat('x', 1024) || '":1}'), pg_temp.test('{"' || repeat('x', 1025) || '":1}');
-- A condition begins at level 4; each "not" is one level more.
SELECT pg_temp.test(repeat('{"not":', 28) || '{}' || repeat('}', 28)),
       left(pg_temp.test(repeat('{"not":', 29) || '{}' || repeat('}', 29)), 60),
       right(pg_temp.test(repeat('{"not":', 29) || '{}' || repeat('}', 29)), 40);
SELECT left(pg_temp.reading(repeat('[', 100000)), 100);
SELECT pg_temp.reading('{"rules":[' || string_agg(format('{"name":"r%s","if":{},"points":1}', i), ',') || ']}') FROM generate_series(1, 4096) i;
SELECT pg_temp.reading('{"rules":[' || string_agg(format('{"name":"r%s","if":{},"points":1}', i), ',') || ']}') FROM generate_series(1, 4097) i;
SELECT pg_temp.reading(rpad('{"rules":[]}', 1048576)), pg_temp.reading(rpad('{"rules":[]}', 1048577));
-- The largest document survives being stored and read again.
SELECT octet_length(d), d::leadscore.scoring_rules::text::leadscore.scoring_rules::text = d
FROM (SELECT '{"description":"' || repeat('x', 1048576 - 29) || '","rules":[]}') v(d);
-- A document that only its canonical text makes too large is refused when it is read, not when it is used.
SELECT pg_temp.reading('{"rules":[{"name":"r","attribute":"x","bands":[{"points":0}'
  || string_agg(format(',{"from":%se9,"points":1e9}', i), '') || ']}]}') FROM generate_series(1, 28000) i;

-- The same refusals come from json and jsonb.
SELECT '{"rules":[],"x":1}'::json::leadscore.scoring_rules;
SELECT '{"rules":[],"x":1}'::jsonb::leadscore.scoring_rules;
SELECT '[]'::jsonb::leadscore.scoring_rules;
-- NULL stays NULL.
SELECT NULL::leadscore.scoring_rules IS NULL, NULL::jsonb::leadscore.scoring_rules IS NULL;
