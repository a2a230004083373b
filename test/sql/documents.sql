-- What a document says by itself: rules_of(), score_range(), lint_rules(), diff_rules(), evidence_of().
\pset format unaligned
\pset null -
SET search_path = public, leadscore;
SELECT '{"name":"B2B","score":{"min":0,"max":100},"dimensions":{"fit":{"min":0,"max":40},"engagement":{"min":-20,"max":60,"weight":0.5}},
  "groups":{"email":{"min":-10,"max":15},"recency":{"take":"max"}},
  "rules":[{"name":"decision maker","description":"who signs","if":{"job_title":{"ilike":"%chief%"}},"points":15},{"name":"company size","attribute":"company.employees","bands":[{"points":0},{"from":50,"points":5},{"from":200,"points":10}],"missing":-2},
    {"name":"industry","attribute":"industry","values":{"Software":10,"Finance":5},"missing":-1},{"name":"pricing page","on":"page_view","if":{"url":{"starts_with":"/pricing"}},"points":5,"at_most":{"hits":2,"per":"1 day"},"max":20,"decay":{"half_life":"14 days"}},
    {"name":"opened","on":"email_open","group":"email","measure":{"distinct":"email_id"},"points":1,"within":"90 days"},{"name":"coming back","on":"visit","within":"30 days","bands":[{"from":3,"points":5},{"from":10,"points":12}]},
    {"name":"share","on":"email_open","measure":{"ratio_to":["email_sent","newsletter"]},"bands":[{"from":0.25,"points":2},{"from":0.5,"points":5}]},{"name":"form","on":["form","quote"],"limit":2,"points":10,"group":"recency"},
    {"name":"seconds","on":"visit","measure":{"sum":"seconds"},"points":0.01},{"name":"off","enabled":false,"on":"unsubscribe","points":-20,"limit":1},{"name":"quiet","on":"*","measure":"idle","bands":[{"from":60,"points":-15}]}],
  "stages":[{"name":"cold"},{"name":"warm","from":40},{"name":"hot","from":75,"needs":{"fit":20},"keep":5}],"labels":{"grade":{"of":"fit","levels":[{"name":"C"},{"name":"A","from":30}]}}}'::scoring_rules AS rules
\gset

-- The rules as rows, in the order of the document.
SELECT "position", name, enabled, dimension, "group", "on", form, measure, points, lowest, highest, description FROM rules_of(:'rules') ORDER BY 1;
SELECT count(*) AS rules, bool_and(rule = :'rules'::scoring_rules::jsonb -> 'rules' -> ("position" - 1)) AS as_in_document FROM rules_of(:'rules');
SELECT count(*) AS none FROM rules_of('{"rules":[]}');

-- Least and most attainable points, through all caps.
SELECT * FROM score_range(:'rules');
SELECT * FROM score_range('{"rules":[]}');
SELECT * FROM score_range('{"rules":[{"name":"a","on":"k","points":1},{"name":"b","on":"k","points":-1,"limit":3},{"name":"c","attribute":"x","values":{"y":2},"otherwise":7,"missing":-1}],"score":{"max":1000}}');
-- No lead scores outside of the range: many leads against the document's.
CREATE TEMP TABLE tried AS
SELECT (score(:'rules', jsonb_build_object('job_title', CASE i % 3 WHEN 0 THEN 'chief' END, 'company', jsonb_build_object('employees', i % 300), 'industry', (ARRAY['Software', 'Law', NULL])[1 + i % 3]), t, '2026-04-01Z')).*
FROM generate_series(1, 60) i JOIN LATERAL (SELECT lead_tally(:'rules', (ARRAY['visit', 'form', 'email_open', 'email_sent', 'page_view', 'unsubscribe'])[1 + (i * n) % 6], '2026-04-01Z'::timestamptz - n * i * interval '3 hours', jsonb_build_object('url', '/pricing', 'seconds', n, 'email_id', n)) AS t
                                            FROM generate_series(1, i) n) x ON true;
SELECT bool_and(t.score BETWEEN r.lowest AND r.highest) AS score, bool_and((t.dimensions ->> 'fit')::numeric BETWEEN f.lowest AND f.highest) AS fit, bool_and((t.dimensions ->> 'engagement')::numeric BETWEEN e.lowest AND e.highest) AS engagement
FROM tried t, (SELECT * FROM score_range(:'rules') WHERE scope = 'score') r, (SELECT * FROM score_range(:'rules') WHERE scope = 'dimension' AND name = 'fit') f, (SELECT * FROM score_range(:'rules') WHERE scope = 'dimension' AND name = 'engagement') e;

-- Findings. A sound document has none but notes; each fault here is found once.
SELECT severity, topic, place FROM lint_rules(:'rules');
SELECT * FROM lint_rules('{"score":{"max":60},"groups":{"g":{"max":100,"take":"max"}},
  "rules":[{"name":"a","if":{"x":1},"points":10,"max":50},{"name":"b","if":{"x":1},"points":10},{"name":"never","if":{"any":[]},"points":5},{"name":"nobody","if":{"n":{">":5,"<":3}},"points":5},{"name":"nothing","if":{"y":1},"points":0},
    {"name":"in group","group":"g","on":"k","limit":1,"points":10},{"name":"always less","group":"g","on":"k","limit":1,"points":5,"within":"7 days"},{"name":"off","enabled":false,"if":{},"points":1},{"name":"capped","on":"k","points":1,"limit":3,"max":10}],
  "stages":[{"name":"cold"},{"name":"warm","from":20},{"name":"hot","from":70},{"name":"boiling","from":80,"needs":{"fit":1000}}],"labels":{"l":{"of":"fit","levels":[{"name":"low"},{"name":"high","from":500}]}}}');
-- With tables: attributes that none of them has. A path into a jsonb column is there; a view will do as well as a table.
CREATE TABLE lint_leads (job_title text, company jsonb, dropped text);
ALTER TABLE lint_leads DROP COLUMN dropped;
CREATE VIEW lint_view AS SELECT 1 AS industry;
SELECT severity, place, message FROM lint_rules(:'rules', 'lint_leads') WHERE topic = 'attribute';
SELECT severity, place, message FROM lint_rules(:'rules', 'lint_leads', 'lint_view') WHERE topic = 'attribute';
SELECT severity, place, message FROM lint_rules(:'rules', VARIADIC '{lint_view,lint_leads}'::regclass[]) WHERE topic = 'attribute';
SELECT severity, place, message FROM lint_rules('{"rules":[{"name":"a","if":{"any":[{"dropped":1},{"not":{"jobtitle":1}}]},"points":1}],"exclude":[{"name":"e","if":{"email":null}}]}', 'lint_leads') WHERE topic = 'attribute';
DROP VIEW lint_view; DROP TABLE lint_leads;
-- And those of a type that a test is never met by.
CREATE TABLE lint_types (n int, t text, b boolean, d date, at timestamptz, j jsonb, ns numeric[], ts text[], i interval, u uuid);
SELECT * FROM lint_rules('{"rules":[{"name":"a","if":{"n":{">":5,"in":[1,2]},"t":{">=":"a","like":"b%","within_last":"3 days"},"b":true,"d":{"<":"2026-01-01","within_next":"3 days"},"at":{"between":["2026-01-01","2026-02-01"],"older_than":"3 days"},
  "ns":{">":7},"ts":{"=":"x","contains":"y"},"u":"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11","i":null},"points":1},{"name":"b","if":{"any":[{"j":5},{"j":"x"},{"j":true},{"j":{"like":"x"}},{"j":{"within_last":"3 days"}},{"n":{"in":[1,"a"]}}]},"points":1},
  {"name":"c","attribute":"n","bands":[{"points":0},{"from":5,"points":1}]},{"name":"d","attribute":"i","values":{"x":1}}],"stages":[{"name":"s"}]}', 'lint_types') WHERE topic LIKE 'attribute%';
SELECT severity, place, message FROM lint_rules('{"rules":[{"name":"a","if":{"any":[{"n":"5"},{"n":{"starts_with":"5"}},{"n":{"within_last":"3 days"}},{"n":{"!=":true}}]},"points":1},{"name":"b","if":{"all":[{"t":{">":5}},{"not":{"b":1}},{"b":"yes"}]},"points":1},
  {"name":"c","if":{"any":[{"d":{">":5}},{"d":{"like":"2026%"}},{"at":true},{"ns":"x"},{"ts":5},{"u":{"older_than":"3 days"}},{"u":3}]},"points":1},{"name":"d","attribute":"t","bands":[{"points":0},{"from":5,"points":1}]},{"name":"e","attribute":"i","bands":[{"points":0},{"from":5,"points":1}]},
  {"name":"again","if":{"t":{"<":3}},"points":1}],"exclude":[{"name":"x","if":{"t":{"in":[true,false]}}}],"stages":[{"name":"s"}]}', 'lint_types') WHERE topic = 'attribute type';
-- Dates that are none, keys that no number has; texts and jsonb may have both.
SELECT severity, place, message FROM lint_rules('{"rules":[{"name":"a","if":{"any":[{"d":{"<":"11/30/2026"}},{"at":{"between":["2026-01-01","30.11.2026"]}},{"d":"2026-02-30"},{"at":{"in":["2026-01-01T10:00","soon"]}},{"t":{"<":"11/30/2026"}},{"j":"30.11.2026"},
  {"d":{">=":"2026-11-30"}},{"at":{"!=":"2026-11-30 10:00+02"}}]},"points":1},{"name":"b","attribute":"n","values":{"1":1,"-2.5":2,"US":3}},{"name":"c","attribute":"ns","values":{"1.0":1}},{"name":"d","attribute":"t","values":{"US":1}},{"name":"e","attribute":"n","values":{"1":1,"0.5":2}}],
  "exclude":[{"name":"x","if":{"d":"tomorrow"}}],"stages":[{"name":"s"}]}', 'lint_types') WHERE topic = 'attribute type';
-- Zones as PostgreSQL names them.
SELECT zone, message FROM unnest('{GMT+2,CET+1,+02:00,-5,Etc/GMT-2,Europe/Berlin,EST5EDT}'::text[]) zone
LEFT JOIN LATERAL lint_rules(jsonb_build_object('timezone', zone, 'rules', '[]'::jsonb)::scoring_rules) ON topic = 'time zone';
-- Of several tables one of a fitting type is enough; views and domains are looked at, too.
CREATE DOMAIN lint_size AS text CHECK (value <> '');
CREATE VIEW lint_view AS SELECT t::lint_size AS n, n AS t, ARRAY['a'::lint_size] AS d FROM lint_types;
SELECT r.place, f.* FROM (VALUES ('{"n":{">":5}}'), ('{"n":{"like":"x"}}'), ('{"t":{"not_in":[1,2]}}'), ('{"d":3}'), ('{"d":{"=":"a"}}'), ('{"b":3}')) c(condition)
CROSS JOIN LATERAL (SELECT ('{"rules":[{"name":"a","if":' || condition || ',"points":1}],"stages":[{"name":"s"}]}')::scoring_rules AS rules, condition AS place) r
LEFT JOIN LATERAL (SELECT message FROM lint_rules(r.rules, 'lint_view', 'lint_types') WHERE topic = 'attribute type') f ON true;
SELECT value_kind(0), value_kind('lint_size'::regtype), value_kind('jsonb'::regtype), value_kind('point[]'::regtype), value_kind('name'::regtype);
DROP VIEW lint_view; DROP TABLE lint_types; DROP DOMAIN lint_size;

-- What changed from one document to the next; nothing between equals; the other way round the other way.
SELECT * FROM diff_rules(:'rules', :'rules');
SELECT (:'rules'::scoring_rules::jsonb #- '{rules,2}' || '{"name":"B2B, new","score":{"min":0,"max":120}}')
       #- '{groups,recency,take}' AS changed
\gset
SELECT jsonb_set(jsonb_set(jsonb_set(:'changed', '{rules,0,points}', '16'), '{stages,1,from}', '45'), '{rules,99}', '{"name":"new","if":{},"points":1}') AS changed
\gset
SELECT * FROM diff_rules(:'rules', :'changed'::jsonb::scoring_rules);
SELECT change, part, name FROM diff_rules(:'changed'::jsonb::scoring_rules, :'rules');
SELECT * FROM diff_rules('{"rules":[{"name":"a","if":{},"points":1},{"name":"b","if":{},"points":1}]}', '{"rules":[{"name":"b","if":{},"points":1},{"name":"a","if":{},"points":1}],"timezone":"Europe/Berlin","labels":{"x":{"of":"score","levels":[{"name":"y"}]}}}');

-- The evidence a document needs: shared by rules that ask for the same, untouched by points, bands, caps, windows and stages; none of disabled rules.
SELECT kept, evidence, rules_using FROM evidence_of(:'rules') ORDER BY rules_using, evidence::text COLLATE "C";
SELECT (SELECT array_agg(id ORDER BY id) FROM evidence_of('{"rules":[{"name":"a","on":"k","points":1}]}')) = (SELECT array_agg(id ORDER BY id) FROM evidence_of('{"name":"x","score":{"max":5},"dimensions":{"z":{}},
   "rules":[{"name":"b","dimension":"z","on":["k","k"],"if":{},"points":-7,"within":"3 days","limit":2,"decay":{"linear":"9 days"},"max":3,"at_most":{"hits":1,"per":"2 days"},"burst":2},{"name":"c","dimension":"z","on":"k","measure":"idle","bands":[{"points":2}]},{"name":"d","dimension":"z","if":{},"points":1}],
   "stages":[{"name":"s"}]}')) AS same_evidence;
SELECT count(*) AS none FROM evidence_of('{"rules":[{"name":"a","enabled":false,"on":"k","points":1},{"name":"b","if":{},"points":1}]}');
-- The ids are those that tallies carry.
SELECT (SELECT string_agg(id, ' ' ORDER BY id) FROM evidence_of(:'rules')) = substr(lead_tally(:'rules', 'unseen', NULL)::text, 8) AS ids;
-- NULL gives no rows.
SELECT (SELECT count(*) FROM rules_of(NULL)), (SELECT count(*) FROM score_range(NULL)), (SELECT count(*) FROM lint_rules(NULL)), (SELECT count(*) FROM diff_rules(NULL, '{"rules":[]}')), (SELECT count(*) FROM evidence_of(NULL));
