-- The small world of the isolation specs: tables, a model on all of them, and "stored equals recomputed" in plain SQL.
-- The settings test.upkeep (immediate, queued; none: no model at all) and test.mirror (on, off) of the database tell which model.
CREATE EXTENSION leadscore;
CREATE SCHEMA test;

CREATE FUNCTION test.visit(page text, seconds int) RETURNS jsonb LANGUAGE sql IMMUTABLE AS
$$ SELECT jsonb_build_object('page', page, 'seconds', seconds) $$;

-- "base", the same evidence at other "points", and with "more" evidence.
CREATE FUNCTION test.rules(what text) RETURNS leadscore.scoring_rules LANGUAGE sql AS $$
  SELECT replace(replace('{
      "dimensions": { "fit": { "max": 60 }, "engagement": {} },
      "rules": [
        { "name": "size", "attribute": "employees", "bands": [ { "points": 0 }, { "from": 50, "points": 5 }, { "from": 200, "points": 10 } ], "missing": -2 },
        { "name": "industry", "attribute": "company.industry", "values": { "Software": 10, "Finance": 5 }, "otherwise": 1, "missing": 0 },
        { "name": "visits", "on": "visit", "points": VISIT, "decay": { "half_life": "14 days" } },
        { "name": "pages", "on": "visit", "measure": { "distinct": "page" }, "points": 2, "within": "20 days" },
        { "name": "time", "on": "visit", "measure": { "sum": "seconds" }, "bands": [ { "from": 100, "points": 3 }, { "from": 300, "points": 8 } ] },
        { "name": "calls", "on": "call", "points": 7 },
        { "name": "mails", "on": "mail", "points": 4 },
        { "name": "letters", "on": "letter", "points": 6 },
        { "name": "posts", "on": "post", "points": 1 } MORE ],
      "stages": [ { "name": "cold" }, { "name": "warm", "from": 20 }, { "name": "hot", "from": 40, "keep": 5 } ] }',
    'VISIT', CASE what WHEN 'points' THEN '5' ELSE '3' END),
    'MORE', CASE what WHEN 'more' THEN ', { "name": "pricing", "on": "visit", "if": { "page": "/pricing" }, "points": 9 }' ELSE '' END)::leadscore.scoring_rules
$$;

-- Rules that look at one kind of events.
-- The same without what it says of companies: what they change then is noted nowhere.
CREATE FUNCTION test.rules_of_leads(what text) RETURNS leadscore.scoring_rules LANGUAGE sql AS $$
  SELECT jsonb_set(r, '{rules}', jsonb_path_query_array(r, '$.rules[*] ? (@.name != "industry")'))::text::leadscore.scoring_rules FROM (SELECT test.rules(what)::text::jsonb) t(r)
$$;

CREATE FUNCTION test.counting(kind text, points int DEFAULT 1, days int DEFAULT NULL) RETURNS leadscore.scoring_rules LANGUAGE sql AS
$$ SELECT format('{ "rules": [ { "name": "%1$ss", "on": "%1$s", "points": %2$s %3$s } ] }', kind, points, CASE WHEN days IS NULL THEN '' ELSE format(', "within": "%s days"', days) END)::leadscore.scoring_rules $$;

-- Model "a" never writes the leads table.
CREATE PROCEDURE test.create_model(model text) LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('test.upkeep') = 'none' THEN
    RETURN;
  END IF;
  PERFORM leadscore.create_model(model, leads => 'crm.leads', rules => test.rules('base'), score_column => 'score_' || model,
    stage_column => 'stage_' || model, mirror => current_setting('test.mirror')::boolean AND model <> 'a', upkeep => current_setting('test.upkeep'));
  PERFORM leadscore.add_attributes(model, 'crm.companies', "on" => 'company_id', as_prefix => 'company');
  PERFORM leadscore.add_events(model, 'crm.events', lead => 'lead_id', at => 'at', kind_column => 'kind', properties => 'properties');
  PERFORM leadscore.add_events(model, 'crm.calls', lead => 'lead_id', at => 'at', kind => 'call');
  PERFORM leadscore.add_events(model, 'crm.mails', lead => 'contact_id', at => 'at', kind => 'mail', via => 'crm.contacts', via_key => 'id',
    via_lead => 'lead_id');
  PERFORM leadscore.add_events(model, 'crm.posts', lead => 'contact_id', at => 'at', kind => 'post', via => 'crm.pairs', via_key => 'contact_id',
    via_lead => 'lead_id');
END $$;

-- The rows differ in company, size and evidence; events of leads that are gone are there too, letters are not bound.
CREATE PROCEDURE test.make_world(models text[]) LANGUAGE plpgsql AS $$
DECLARE
  model text;
BEGIN
  PERFORM leadscore.drop_model(name) FROM leadscore.model ORDER BY name;
  DROP SCHEMA IF EXISTS crm, pristine CASCADE;
  CREATE SCHEMA crm;
  CREATE TABLE crm.companies (id int PRIMARY KEY, industry text);
  CREATE TABLE crm.leads (id int PRIMARY KEY, company_id int, employees int);
  CREATE TABLE crm.contacts (id int PRIMARY KEY, lead_id int);
  CREATE TABLE crm.events (id serial PRIMARY KEY, lead_id int, kind text DEFAULT 'visit', at timestamptz DEFAULT now(),
    properties jsonb DEFAULT test.visit('/pricing', 60));
  CREATE TABLE crm.calls (id serial PRIMARY KEY, lead_id int REFERENCES crm.leads ON UPDATE CASCADE ON DELETE CASCADE, at timestamptz DEFAULT now());
  CREATE TABLE crm.mails (id serial PRIMARY KEY, contact_id int, at timestamptz DEFAULT now());
  CREATE TABLE crm.pairs (contact_id int, lead_id int, PRIMARY KEY (contact_id, lead_id));
  CREATE TABLE crm.posts (id serial PRIMARY KEY, contact_id int, at timestamptz DEFAULT now());
  CREATE TABLE crm.letters (id serial PRIMARY KEY, lead_id int, at timestamptz DEFAULT now());
  INSERT INTO crm.companies VALUES (1, 'Software'), (2, 'Finance'), (3, 'Retail');
  INSERT INTO crm.leads VALUES (1, 1, 10), (2, 2, 60), (3, 1, NULL), (4, NULL, 500);
  INSERT INTO crm.contacts VALUES (1, 1), (2, 2);
  INSERT INTO crm.events VALUES (11, 1, 'visit', now() - interval '3 days', DEFAULT), (12, 1, 'visit', now() - interval '25 days', test.visit('/', 10)),
    (21, 2, 'visit', now() - interval '9 days', DEFAULT), (22, 2, 'form', now() - interval '8 days', NULL), (81, 8, 'visit', now(), DEFAULT);
  INSERT INTO crm.calls VALUES (51, 1), (52, 2);
  INSERT INTO crm.mails VALUES (61, 1), (62, 2), (69, 9);
  INSERT INTO crm.letters VALUES (71, 1), (72, 3);
  INSERT INTO crm.pairs VALUES (1, 1), (1, 2), (2, 2);
  INSERT INTO crm.posts VALUES (91, 1), (92, 2), (93, 9);
  PERFORM setval(c.oid, 100) FROM pg_class c WHERE c.relkind = 'S' AND c.relnamespace::regnamespace::text = 'crm';
  FOREACH model IN ARRAY models LOOP
    CALL test.create_model(model);
  END LOOP;
END $$;

-- Everything that is bound to everything.
CREATE FUNCTION test.binding() RETURNS text LANGUAGE sql AS $$
  SELECT concat_ws(' / ', (SELECT string_agg(m.name, ' ' ORDER BY m.name) FROM leadscore.model m),
    (SELECT string_agg(s::text, ' ' ORDER BY s.source) FROM leadscore.event_source s),
    (SELECT string_agg(concat(t.tgrelid, t.tgname, t.tgenabled), ' ' ORDER BY t.tgrelid, t.tgname) FROM pg_trigger t WHERE NOT t.tgisinternal),
    (SELECT string_agg(c.oid::text, ' ' ORDER BY c.oid) FROM pg_class c WHERE c.relnamespace::regnamespace::text = 'crm' AND c.relkind = 'r'),
    (SELECT md5(string_agg(pg_get_viewdef(c.oid), ' ' ORDER BY c.oid)) FROM pg_class c WHERE c.relnamespace::regnamespace::text = 'crm' AND c.relkind = 'v'))
$$;

CREATE TABLE test.made (models text[], binding text);

CREATE FUNCTION test.tables() RETURNS TABLE (name text, copy text) LANGUAGE sql AS $$
  SELECT format('%I.%I', n.nspname, c.relname), format('pristine.%I', n.nspname || '_' || c.relname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND (n.nspname = 'crm' OR n.nspname = 'leadscore' AND c.relname IN ('model', 'rules_version', 'evidence_set'))
$$;

-- The world as it was made, for the next permutation: rows are put back, which is much faster than to make it again.
CREATE PROCEDURE test.prepare(VARIADIC models text[] DEFAULT '{m}') LANGUAGE plpgsql AS $$
DECLARE
  t record;
BEGIN
  PERFORM leadscore.drop_events(model, events) FROM leadscore.event_source WHERE events = to_regclass('crm.letters');
  PERFORM leadscore.drop_model(name) FROM leadscore.model WHERE name <> ALL (models);
  IF NOT EXISTS (SELECT FROM test.made m WHERE (m.models, m.binding) = (prepare.models, test.binding())) THEN
    CALL test.make_world(models);
    DELETE FROM test.made;
    INSERT INTO test.made SELECT prepare.models, test.binding();
    CREATE SCHEMA pristine;
    FOR t IN SELECT * FROM test.tables() LOOP
      EXECUTE format('CREATE TABLE %s AS TABLE %s', t.copy, t.name);
    END LOOP;
    RETURN;
  END IF;
  SET LOCAL session_replication_role = replica;   -- no trigger fires
  FOR t IN SELECT * FROM test.tables() LOOP
    EXECUTE format('DELETE FROM %s', t.name);
    EXECUTE format('INSERT INTO %s TABLE %s', t.name, t.copy);
  END LOOP;
  SET LOCAL session_replication_role = origin;
  PERFORM leadscore.invalidate_model(name) FROM leadscore.model;
END $$;

-- What a session begins with: the level is the database's test.level. Functions that bind tables run in READ COMMITTED only.
CREATE FUNCTION test.take_level() RETURNS text LANGUAGE sql AS
$$ SELECT set_config('default_transaction_isolation', current_setting('test.level'), false) $$;

-- As if nobody had written or refreshed for 30 days: every lead is due.
CREATE PROCEDURE test.let_leads_get_old() LANGUAGE plpgsql AS $$
BEGIN
  PERFORM leadscore.rescore('m', 'SELECT id FROM crm.leads', 'clock', now() - interval '30 days', false, false, false);
END $$;

CREATE FUNCTION test.adjust(lead int) RETURNS void LANGUAGE sql AS
$$ SELECT leadscore.adjust('m', lead, 'engagement', 'add', 4, 'a test') $$;

CREATE FUNCTION test.is_bound(model text, events regclass) RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT EXISTS (SELECT FROM leadscore.event_source s WHERE (s.model, s.events) = ($1, $2)) $$;

-- What the tables say: one row a key that any table or the score table knows.
CREATE FUNCTION test.lead_of_tables(model text) RETURNS TABLE (id int, attributes jsonb, kinds text[], ats timestamptz[], properties jsonb[])
LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY EXECUTE format($query$
    WITH happened AS (
      SELECT lead_id, kind, at, properties FROM crm.events WHERE test.is_bound(%1$L, 'crm.events')
      UNION ALL SELECT lead_id, 'call', at, NULL FROM crm.calls WHERE test.is_bound(%1$L, 'crm.calls')
      UNION ALL SELECT c.lead_id, 'mail', m.at, NULL FROM crm.mails m JOIN crm.contacts c ON c.id = m.contact_id WHERE test.is_bound(%1$L, 'crm.mails')
      UNION ALL SELECT p.lead_id, 'post', m.at, NULL FROM crm.posts m JOIN crm.pairs p USING (contact_id) WHERE test.is_bound(%1$L, 'crm.posts')
      UNION ALL SELECT lead_id, 'letter', at, NULL FROM crm.letters WHERE test.is_bound(%1$L, 'crm.letters')),
    key AS (SELECT id FROM crm.leads UNION SELECT lead_id FROM happened WHERE lead_id IS NOT NULL UNION SELECT lead_id FROM crm.leads_%1$I)
    SELECT k.id, to_jsonb(l) || CASE WHEN c.id IS NULL THEN '{}' ELSE jsonb_build_object('company', to_jsonb(c)) END,
           e.kinds, e.ats, e.properties
    FROM key k LEFT JOIN crm.leads l ON l.id = k.id LEFT JOIN crm.companies c ON c.id = l.company_id,
    LATERAL (SELECT array_agg(h.kind) AS kinds, array_agg(h.at) AS ats, array_agg(h.properties) AS properties FROM happened h WHERE h.lead_id = k.id) e
    $query$, model);
END $$;

CREATE FUNCTION test.score_of_tables(rules leadscore.scoring_rules, attributes jsonb, kinds text[], ats timestamptz[], properties jsonb[],
  as_of timestamptz, stage text) RETURNS leadscore.scored_lead LANGUAGE sql AS $$
  SELECT leadscore.score(rules, attributes, (SELECT leadscore.lead_tally(rules, kind, at, p) FROM unnest(kinds, ats, properties) e(kind, at, p)), as_of, stage)
$$;

-- score() knows no adjustments; in a dimension and a score without bounds those that add are simply added.
CREATE FUNCTION test.adjusted(adjustments regclass, lead int, as_of timestamptz, OUT points numeric) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('SELECT coalesce(sum(points), 0) FROM %s WHERE lead_id = $1 AND at <= $2', adjustments) INTO points USING lead, as_of;
END $$;

-- Every difference between the model and the tables: by verify, in the score table, in the columns of the leads, in the view.
CREATE FUNCTION test.differences(model text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
  mirror boolean = (SELECT m.mirror FROM leadscore.model m WHERE m.name = model);
BEGIN
  RETURN QUERY SELECT format('verify: lead %s, %s: stored %s, computed %s', v.lead, v.what, v.stored, v.computed) FROM leadscore.verify(model) v;
  RETURN QUERY EXECUTE format($query$
    SELECT format('lead %%s: stored %%s %%s, in leads %%s %%s, of the tables %%s %%s', t.id, s.score, s.stage, l.score_%1$s, l.stage_%1$s, c.score, c.stage)
    FROM test.lead_of_tables(%1$L) t
    LEFT JOIN crm.leads_%1$I s ON s.lead_id = t.id
    LEFT JOIN (SELECT id, %2$s AS score_%1$s, %3$s AS stage_%1$s FROM crm.leads) l ON l.id = t.id
    LEFT JOIN leadscore.rules_version r ON r.model = %1$L AND r.version = s.version,
    LATERAL test.score_of_tables(r.rules, t.attributes, t.kinds, t.ats, t.properties, s.scored_at, s.stage) c,
    LATERAL test.adjusted('crm.leads_%1$I_adjustment', t.id, s.scored_at) a
    WHERE NOT EXISTS (SELECT FROM crm.leads_%1$I_queue q WHERE q.lead_id = t.id)
      AND NOT CASE
        WHEN t.attributes IS NULL THEN s.score IS NULL AND s.present IS NOT TRUE
        ELSE s.present AND s.score IS NOT DISTINCT FROM c.score + a.points AND (s.stage IS NOT DISTINCT FROM c.stage OR a.points <> 0)
             AND (NOT %4$L OR l.score_%1$s IS NOT DISTINCT FROM s.score AND l.stage_%1$s IS NOT DISTINCT FROM s.stage)
        END
    $query$, model, CASE WHEN mirror THEN 'score_' || model ELSE 'NULL::numeric' END, CASE WHEN mirror THEN 'stage_' || model ELSE 'NULL::text' END, mirror);
  RETURN QUERY EXECUTE format($query$
    SELECT format('lead %%s: the view says %%s %%s, the tables %%s %%s', t.id, v.score, v.stage, c.score, c.stage)
    FROM test.lead_of_tables(%1$L) t
    LEFT JOIN crm.leads_%1$I s ON s.lead_id = t.id
    LEFT JOIN crm.leads_%1$I_scores v ON v.id = t.id
    JOIN leadscore.model m ON m.name = %1$L
    JOIN leadscore.rules_version r ON r.model = %1$L AND r.version = m.version,
    -- Of now, unless refresh() was told a later moment and nothing came since.
    LATERAL (SELECT CASE WHEN s.scored_at > now() AND NOT EXISTS (SELECT FROM crm.leads_%1$I_queue q WHERE q.lead_id = t.id) THEN s.scored_at
                         ELSE now() END AS at) moment,
    LATERAL test.score_of_tables(r.rules, t.attributes, t.kinds, t.ats, t.properties, moment.at, s.stage) c,
    LATERAL test.adjusted('crm.leads_%1$I_adjustment', t.id, moment.at) a
    WHERE t.attributes IS NOT NULL AND v.score IS DISTINCT FROM c.score + a.points
    $query$, model);
END $$;

-- The last word of every permutation: what differs now, and once everything pending and due was brought up to date.
CREATE FUNCTION test.outcome() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
  wrong text[];
BEGIN
  PERFORM leadscore.resume(name) FROM leadscore.model WHERE paused;
  wrong = ARRAY(SELECT d FROM leadscore.model m, test.differences(m.name) d);
  IF (SELECT sum(leadscore.refresh(name)) FROM leadscore.model) > 0 THEN
    wrong = wrong || ARRAY(SELECT 'refreshed: ' || d FROM leadscore.model m, test.differences(m.name) d);
  END IF;
  IF to_regclass('crm.leads_m_queue') IS NOT NULL THEN
    PERFORM FROM crm.leads_m_queue;
    IF FOUND THEN
      wrong = wrong || text 'refreshed: the queue is not empty';
    END IF;
  END IF;
  RETURN QUERY SELECT unnest(CASE wrong WHEN '{}' THEN ARRAY['equal'] ELSE wrong END);
END $$;
