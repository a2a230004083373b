-- scoring_rules and lead_tally over the wire: COPY in binary goes through the send and receive functions.
\pset tuples_only on
\pset format unaligned
SET search_path = public, leadscore;

SELECT '{"timezone":"Europe/Berlin","rules":[{"name":"visits","on":"visit","points":1},{"name":"seconds","on":"visit","measure":{"sum":"s"},"points":0.01},
  {"name":"pages","on":"visit","measure":{"distinct":"p"},"points":2},{"name":"hours","on":"visit","within":"12 hours","points":1}]}'::scoring_rules AS rules
\gset
CREATE TEMP TABLE given (n int, rules scoring_rules, tally lead_tally);
INSERT INTO given
SELECT n, :'rules', lead_tally(:'rules', 'visit', '2026-03-29 00:30+00'::timestamptz + i * interval '7 hours',
                               jsonb_build_object('s', i * 1.25 - 3, 'p', CASE WHEN i % 3 = 0 THEN to_jsonb(i) ELSE to_jsonb(repeat('page ', i)) END))
FROM generate_series(1, 5) n, generate_series(1, n * n) i GROUP BY n;
INSERT INTO given VALUES
  (6, '{"rules":[]}', (SELECT lead_tally('{"rules":[]}', 'visit', now()))),                  -- no evidence
  (7, :'rules', (SELECT lead_tally(:'rules', 'other', now()))),                               -- nothing found
  (8, NULL, NULL),
  (9, format('{"rules":[],"description":"%s"}', repeat('é€😀', 5000))::scoring_rules,
   (SELECT lead_tally(:'rules', 'visit', 'epoch'::timestamptz + i * interval '1 day', jsonb_build_object('p', i)) FROM generate_series(1, 3000) i)), -- toasted
  (10, :'rules', (SELECT tally - (tally + tally) FROM given WHERE n = 5));                    -- negative counts

-- Out in binary and in again: the same values, to the last byte.
CREATE TEMP TABLE got (LIKE given);
COPY given TO PROGRAM 'cat > leadscore_regress.bin' (FORMAT binary);
COPY got FROM PROGRAM 'cat leadscore_regress.bin && rm leadscore_regress.bin' (FORMAT binary);
SELECT n, a.rules IS NOT DISTINCT FROM b.rules AS rules, a.tally IS NOT DISTINCT FROM b.tally AS tally,
       a.rules::text IS NOT DISTINCT FROM b.rules::text AND a.tally::text IS NOT DISTINCT FROM b.tally::text AS texts,
       scoring_rules_send(a.rules) IS NOT DISTINCT FROM scoring_rules_send(b.rules)
         AND lead_tally_send(a.tally) IS NOT DISTINCT FROM lead_tally_send(b.tally) AS bytes
FROM given a JOIN got b USING (n) ORDER BY n;
-- The same as text and as CSV.
TRUNCATE got;
COPY given TO PROGRAM 'cat > leadscore_regress.txt';
COPY got FROM PROGRAM 'cat leadscore_regress.txt && rm leadscore_regress.txt';
SELECT count(*) AS rows, count(*) FILTER (WHERE (a.*)::text = (b.*)::text) AS same FROM given a JOIN got b USING (n);
TRUNCATE got;
COPY given TO PROGRAM 'cat > leadscore_regress.csv' (FORMAT csv);
COPY got FROM PROGRAM 'cat leadscore_regress.csv && rm leadscore_regress.csv' (FORMAT csv);
SELECT count(*) AS rows, count(*) FILTER (WHERE (a.*)::text = (b.*)::text) AS same FROM given a JOIN got b USING (n);
-- Inside of arrays and rows the wire form holds too.
CREATE TEMP TABLE nested AS SELECT array_agg(g ORDER BY n) AS gs, array_agg(tally ORDER BY n) AS ts FROM given g;
CREATE TEMP TABLE nested_got (LIKE nested);
COPY nested TO PROGRAM 'cat > leadscore_regress.bin' (FORMAT binary);
COPY nested_got FROM PROGRAM 'cat leadscore_regress.bin && rm leadscore_regress.bin' (FORMAT binary);
SELECT a.gs::text = b.gs::text, a.ts = b.ts FROM nested a, nested_got b;

-- The wire form of rules is a version byte and the canonical text: of use to any client.
SELECT get_byte(w, 0), convert_from(substr(w, 2), 'UTF8') FROM scoring_rules_send('{ "rules" : [ ] }') w;

-- What comes over the wire is read with the same care as text. One column of one row of binary COPY is made by hand.
CREATE FUNCTION pg_temp.receive(type regtype, bytes bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  copy bytea := '\x5047434f50590aff0d0a00' || '\x00000000'::bytea || '\x00000000' || '\x0001' || int4send(length(bytes)) || bytes || '\xffff';
  octal text; got text;
BEGIN
  SELECT string_agg('\' || lpad(((get_byte(copy, i) >> 6)::text || (get_byte(copy, i) >> 3 & 7) || (get_byte(copy, i) & 7)), 3, '0'), '' ORDER BY i)
    INTO octal FROM generate_series(0, length(copy) - 1) i;
  EXECUTE format('CREATE TEMP TABLE received (v %s)', type);
  EXECUTE format('COPY received FROM PROGRAM %L (FORMAT binary)', format('printf ''%s''', octal));
  SELECT v::text INTO got FROM received;
  DROP TABLE received;
  RETURN got;
EXCEPTION WHEN OTHERS THEN
  RETURN sqlstate || ' ' || sqlerrm;
END $$;
-- The helper itself works, and a foreign client's document becomes canonical.
SELECT pg_temp.receive('scoring_rules', '\x01'::bytea || convert_to('{ "rules" : [ ] }', 'UTF8'));
-- No version, an unknown version, no document, a bad one, a zero byte, what is not UTF-8.
SELECT b, pg_temp.receive('scoring_rules', b) FROM unnest(ARRAY['', '\x02', '\x01', '\x017b', '\x0100', '\x01ff', '\x01' || convert_to('{"rules":[],"x":1}', 'UTF8')]::bytea[]) WITH ORDINALITY u(b, i)
ORDER BY i;
-- A tally: every way to cut it short is refused as bad binary data, and so is every byte too many.
SELECT lead_tally_send(tally) AS wire FROM given WHERE n = 2
\gset
SELECT pg_temp.receive('lead_tally', :'wire') = tally::text AS whole FROM given WHERE n = 2;
SELECT DISTINCT left(pg_temp.receive('lead_tally', substr(:'wire'::bytea, 1, n)), 5) AS cut FROM generate_series(0, length(:'wire'::bytea) - 1) n;
SELECT left(pg_temp.receive('lead_tally', :'wire'::bytea || '\x00'), 5) AS too_long, left(pg_temp.receive('lead_tally', ''), 5) AS empty;
-- A byte changed anywhere is refused, or gives another tally that can be printed and read; nothing worse.
SELECT count(*) FILTER (WHERE outcome !~ '^(22P03 |0A000 lead_tally of version|tally1)') AS worse, count(*) FILTER (WHERE outcome = original) AS unnoticed,
       count(*) FILTER (WHERE outcome ~ '^tally1' AND outcome::lead_tally::text <> outcome) AS not_canonical
FROM (SELECT pg_temp.receive('lead_tally', set_byte(:'wire', n, get_byte(:'wire', n) # mask)) AS outcome,
             (SELECT tally::text FROM given g WHERE g.n = 2) AS original
      FROM generate_series(0, length(:'wire'::bytea) - 1) n, unnest('{1,128}'::int[]) mask) f;
