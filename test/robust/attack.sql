-- What is done with every value that a type accepted. Each function returns NULL, or tells what is wrong; it may also raise an error.
CREATE EXTENSION leadscore;
CREATE SCHEMA attack;
SET search_path = attack, leadscore, public;

CREATE TABLE event (kind text, at timestamptz, p jsonb);
CREATE TABLE lead (id int, employees numeric, industry text, country text, signup date, seen timestamptz, tags text[], company jsonb);
CREATE TABLE document (id int, rules scoring_rules);
CREATE TABLE base (id int, tally lead_tally);
CREATE TABLE rules_in (v scoring_rules);
CREATE TABLE tally_in (v lead_tally);

-- As a state that is finished by lead_score(): runs the rules that a tally carries.
CREATE AGGREGATE finished(lead_tally) (SFUNC = tally_combine, STYPE = lead_tally, FINALFUNC = score_final, COMBINEFUNC = tally_combine);

CREATE FUNCTION complaint(says text, wrong boolean) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN wrong IS NOT FALSE THEN says || '; ' ELSE '' END $$;

-- Text, JSON and binary forms give the same value again (binary is read by the driver).
CREATE FUNCTION rules_forms(d scoring_rules) RETURNS text LANGUAGE plpgsql AS $$
DECLARE t text := d::text;
BEGIN
    RETURN nullif(complaint('its text is another value', t::scoring_rules <> d) ||
                  complaint('its text changes', t::scoring_rules::text <> t) ||
                  complaint('as json it is another value', d::json::scoring_rules <> d) ||
                  complaint('equal values differ in hash', scoring_rules_hash(t::scoring_rules) <> scoring_rules_hash(d)) ||
                  complaint('binary is not text', convert_from(substr(scoring_rules_send(d), 2), 'UTF8') <> t), '');
END $$;

CREATE FUNCTION rules_as_jsonb(d scoring_rules) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN nullif(complaint('as jsonb it is another value', d::jsonb::scoring_rules <> d), '');
END $$;

CREATE FUNCTION rules_study(d scoring_rules) RETURNS text LANGUAGE plpgsql AS $$
DECLARE n bigint;
BEGIN
    SELECT count(r.rule) INTO n FROM rules_of(d) r;
    SELECT count(r.highest) INTO n FROM score_range(d) r;
    SELECT count(r.message) INTO n FROM lint_rules(d, 'lead') r;
    SELECT count(r.evidence) INTO n FROM evidence_of(d) r;
    SELECT count(r.change) INTO n FROM document o, diff_rules(d, o.rules) r;
    SELECT count(*) INTO n FROM diff_rules(d, d) r;
    RETURN nullif(complaint('it differs from itself', n <> 0), '');
END $$;

CREATE FUNCTION rules_score(d scoring_rules) RETURNS text LANGUAGE plpgsql AS $$
DECLARE t lead_tally; moment timestamptz := '2026-08-01 12:00Z'; l lead; s scored_lead; total numeric; wrong text := ''; short numeric;
BEGIN
    SELECT lead_tally(d, kind, at, p), lead_score(d, kind, at, p, moment) INTO t, short FROM event;
    s := score(d, NULL::jsonb, t, moment);
    wrong := wrong || complaint('lead_score() and score() differ', s.score IS DISTINCT FROM short);
    FOR l IN SELECT * FROM lead ORDER BY id LOOP
        s := score(d, l, t, moment, 'warm');
        SELECT sum(points) INTO total FROM explain_score(d, l, t, moment, 'warm');
        wrong := wrong || complaint('the explanation does not add up', s.stage IS DISTINCT FROM 'excluded' AND total IS DISTINCT FROM s.score);
        wrong := wrong || complaint('no text', explain_score_text(d, to_jsonb(l), t, moment) IS NULL);
    END LOOP;
    RETURN nullif(wrong, '');
END $$;

CREATE FUNCTION tally_forms(t lead_tally) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN nullif(complaint('its text is another value', t::text::lead_tally <> t OR NOT t::text::lead_tally = t) ||
                  complaint('its text changes', t::text::lead_tally::text <> t::text) ||
                  complaint('equal values differ in hash', lead_tally_hash(t::text::lead_tally) <> lead_tally_hash(t)), '');
END $$;

CREATE FUNCTION tally_with_itself(t lead_tally) RETURNS text LANGUAGE plpgsql AS $$
DECLARE rolled lead_tally;
BEGIN
    SELECT rollup(v) INTO rolled FROM (VALUES (t), (t), (NULL)) x(v);
    RETURN nullif(complaint('t - t + t is not t', t - t + t <> t) || complaint('t + t - t is not t', t + t - t <> t) ||
                  complaint('rollup is not t + t', rolled <> t + t AND t::text NOT LIKE 'tally1 unset%'), '');
END $$;

-- With each known tally: an error, or exact. The tally of no rules takes on the evidence of the other.
CREATE FUNCTION tally_with_others(t lead_tally) RETURNS text LANGUAGE plpgsql AS $$
DECLARE b lead_tally; wrong text := ''; rolled text;
BEGIN
    IF t::text LIKE 'tally1 unset%' THEN
        RETURN NULL;
    END IF;
    FOR b IN SELECT tally FROM base ORDER BY id LOOP
        BEGIN
            wrong := wrong || complaint('t + b - b is not t', t + b - b <> t) || complaint('t - b + b is not t', t - b + b <> t) ||
                     complaint('t + b is not b + t', t + b <> b + t);
            SELECT string_agg(r::text, '/' ORDER BY o) INTO rolled
              FROM (SELECT o, rollup(v) OVER (ORDER BY o ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) r FROM (VALUES (1, t), (2, b), (3, t)) x(o, v)) w;
            wrong := wrong || complaint('rollup as a window', rolled <> concat_ws('/', t, t + b, b + t));
        EXCEPTION WHEN OTHERS THEN
            IF SQLSTATE !~ '^(22|54|0A|53)' THEN
                RAISE;
            END IF;
        END;
    END LOOP;
    RETURN nullif(wrong, '');
END $$;

CREATE FUNCTION tally_score(t lead_tally) RETURNS text LANGUAGE plpgsql AS $$
DECLARE d scoring_rules; s scored_lead; total numeric; moment timestamptz := '2026-08-01 12:00Z'; wrong text := '';
BEGIN
    FOR d IN SELECT rules FROM document ORDER BY id LOOP
        BEGIN
            s := score(d, '{"employees": 70}'::jsonb, t, moment);
            SELECT sum(points) INTO total FROM explain_score(d, '{"employees": 70}'::jsonb, t, moment);
            wrong := wrong || complaint('the explanation does not add up', s.stage IS DISTINCT FROM 'excluded' AND total IS DISTINCT FROM s.score);
            wrong := wrong || complaint('no text', explain_score_text(d, NULL::jsonb, t, moment) IS NULL);
            PERFORM score(d, NULL::jsonb, t, '290000-01-01Z'), score(d, NULL::jsonb, t, '4713-01-01 BC'::timestamp AT TIME ZONE 'UTC');
        EXCEPTION WHEN OTHERS THEN
            IF SQLSTATE !~ '^(22|54|0A|53)' THEN
                RAISE;
            END IF;
        END;
    END LOOP;
    RETURN nullif(wrong, '');
END $$;

CREATE FUNCTION tally_finished(t lead_tally) RETURNS text LANGUAGE plpgsql AS $$
DECLARE n numeric;
BEGIN
    SELECT finished(v) INTO n FROM (VALUES (t), (NULL)) x(v);
    RETURN NULL;
END $$;
