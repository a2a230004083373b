-- What an engineer would write without the extension: row triggers. Only inserts are looked after, and nothing makes a score decay at night.

-- With the same meaning: caps and decay, so the score is taken anew from the lead's events. The row lock comes first, or two writers would each
-- miss the other's event.
CREATE FUNCTION peer.fit(l peer.leads) RETURNS int LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN l.job_title ILIKE '%chief%' THEN 15 ELSE 0 END + CASE WHEN l.job_title ILIKE '%director%' THEN 10 ELSE 0 END
         + CASE WHEN l.job_title ILIKE '%manager%' THEN 5 ELSE 0 END
         + CASE WHEN l.employees >= 200 THEN 10 WHEN l.employees >= 50 THEN 5 WHEN l.employees IS NULL THEN -2 ELSE 0 END
         + CASE WHEN l.employees > 1000 THEN 5 ELSE 0 END
         + CASE l.industry WHEN 'Software' THEN 10 WHEN 'Finance' THEN 5 WHEN 'Health' THEN 3 ELSE CASE WHEN l.industry IS NULL THEN -1 ELSE 0 END END
         + CASE WHEN l.country IN ('US', 'DE', 'GB') THEN 5 ELSE 0 END + CASE WHEN l.email LIKE '%@gmail.com' THEN -10 ELSE 0 END
         + CASE WHEN l.phone IS NOT NULL THEN 3 ELSE 0 END + CASE WHEN l.newsletter THEN 2 ELSE 0 END
$$;
CREATE TABLE peer.rule AS SELECT * FROM staging.rule;
CREATE FUNCTION peer.score_lead() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    engagement float8;
BEGIN
    PERFORM FROM peer.leads WHERE id = NEW.lead_id FOR NO KEY UPDATE;
    SELECT coalesce(sum(q.points), 0) INTO engagement FROM (
        SELECT least(r.points * sum(d.hits * power(0.5::float8, d.age::float8 / r.half_life)), r.cap) AS points
          FROM (SELECT kind, (now() AT TIME ZONE 'UTC')::date - (occurred_at AT TIME ZONE 'UTC')::date AS age, count(*) AS hits
                  FROM peer.events WHERE lead_id = NEW.lead_id AND occurred_at > now() - interval '1 year' GROUP BY 1, 2) d
          JOIN peer.rule r ON r.kind = d.kind AND d.age >= 0 GROUP BY r.name, r.points, r.cap) q;
    UPDATE peer.leads l
       SET lead_score = n.score, lead_stage = CASE WHEN n.score >= 120 THEN 'hot' WHEN n.score >= 60 THEN 'warm' ELSE 'cold' END
      FROM (SELECT id, round((greatest(0, peer.fit(o) + engagement))::numeric) AS score FROM peer.leads o WHERE id = NEW.lead_id) n
     WHERE l.id = n.id AND l.lead_score IS DISTINCT FROM n.score;
    RETURN NULL;
END $$;
UPDATE peer.leads l
   SET lead_score = n.score, lead_stage = CASE WHEN n.score >= 120 THEN 'hot' WHEN n.score >= 60 THEN 'warm' ELSE 'cold' END
  FROM (SELECT o.id, round(greatest(0, peer.fit(o) + coalesce(e.engagement, 0))::numeric) AS score
          FROM peer.leads o LEFT JOIN (
              SELECT lead_id, sum(points) AS engagement FROM (
                  SELECT lead_id, least(r.points * sum(d.hits * power(0.5::float8, d.age::float8 / r.half_life)), r.cap) AS points
                    FROM (SELECT lead_id, kind, (now() AT TIME ZONE 'UTC')::date - (occurred_at AT TIME ZONE 'UTC')::date AS age, count(*) AS hits
                            FROM peer.events GROUP BY 1, 2, 3) d
                    JOIN peer.rule r USING (kind) GROUP BY lead_id, r.name, r.points, r.cap) q GROUP BY lead_id) e ON e.lead_id = o.id) n
 WHERE l.id = n.id;
CREATE TRIGGER score AFTER INSERT ON peer.events FOR EACH ROW EXECUTE FUNCTION peer.score_lead();

-- The cheapest one there is. It means something else: no caps, no decay, no attributes.
CREATE TABLE naive.kind_points AS SELECT kind, sum(points) AS points FROM staging.rule GROUP BY kind;
ALTER TABLE naive.kind_points ADD PRIMARY KEY (kind);
CREATE FUNCTION naive.add_points() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE naive.leads SET lead_score = lead_score + (SELECT points FROM naive.kind_points WHERE kind = NEW.kind) WHERE id = NEW.lead_id;
    RETURN NULL;
END $$;
CREATE TRIGGER score AFTER INSERT ON naive.events FOR EACH ROW EXECUTE FUNCTION naive.add_points();
