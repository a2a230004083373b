-- Leads whose points were computed by hand from the published tables (examples/point_tables).
-- events: [kind, days before the moment of scoring, properties]; several of one day with "times".
CREATE TABLE expected (document text, lead text, attributes jsonb, events jsonb, score numeric, stage text);
INSERT INTO expected VALUES
-- 20 + 20 + 20 + 5 = 65; two views of one key page in a day 5; content 15
('gitlab_2021', 'fit but not engaged', '{"seniority": "high", "function": "high", "business_email": true, "country_priority": "P1"}',
 '[["page_view", 2, {"url": "/pricing"}, 2], ["content", 1, {"level": "med", "success": true}], ["content", 1, {"level": "high"}]]', 85, 'inquiry'),
('gitlab_2021', 'and a program', '{"seniority": "high", "function": "high", "business_email": true, "country_priority": "P1"}',
 '[["page_view", 2, {"url": "/pricing"}, 2], ["content", 1, {"level": "med", "success": true}], ["program", 3, {"level": "high", "success": true}]]',
 115, 'MQL'),
-- -10 - 10, held at 0
('gitlab_2021', 'negative', '{"seniority": "negative", "generic_email": true}', NULL, 0, 'inquiry'),
-- seven pages: on day 10 and on day 7, not on day 9 (the same three days): 2 × 5; two forms in a day: 100 once
('gitlab_2021', 'rate limits', '{}',
 '[["page_view", 10, {"url": "/a"}, 7], ["page_view", 9, {"url": "/b"}, 8], ["page_view", 7, {"url": "/c"}, 7], ["inbound_form", 1, {"level": "high"}, 2]]',
 110, 'MQL'),
-- 65 for the trial, two months without a page: -20
('gitlab_2021', 'gone quiet', NULL, '[["trial", 70, {}], ["page_view", 70, {"url": "/a"}]]', 45, 'inquiry'),
-- chats: 100 + 10; unsubscribed twice in a month: -10
('gitlab_2021', 'chats', NULL, '[["chat", 5, {"meeting": true}, 3], ["chat", 5, {}, 3], ["email_unsubscribed", 20, {}], ["email_unsubscribed", 2, {}]]', 100, 'MQL'),

-- 20 + 8 + 7 = 35; pricing page 1 + 5, mail 1, demos 10, long visit 7
('marketo_own_2011', 'one visit', '{"manual_review": 20, "title_rating": 8, "source": "website"}',
 '[["page_view", 1, {"page": "pricing"}], ["email_open", 1, {}], ["watch_demo", 4, {}, 2], ["visit", 1, {"pages": 9}]]', 59, 'prospect'),
-- a second visit in the week: 8 more
('marketo_own_2011', 'two visits', '{"manual_review": 20, "title_rating": 8, "source": "website"}',
 '[["page_view", 1, {"page": "pricing"}], ["email_open", 1, {}], ["watch_demo", 4, {}, 2], ["visit", 1, {"pages": 9}], ["visit", 3, {"pages": 2}]]', 67, 'lead'),
-- 30 + 8 + 7 + 15 + 5 = 65, which is not above 65
('marketo_own_2011', 'not above 65', '{"manual_review": 30, "title_rating": 8, "source": "website"}',
 '[["brand_search", 1, {}], ["webinar_register", 2, {}]]', 65, 'prospect'),
('marketo_own_2011', 'gone quiet', '{"offer": "thought_leadership"}', '[["email_open", 65, {}]]', -14, 'prospect'),

-- 50 + 4 + 3 + 6 - 5
('pardot_baseline', 'a form', NULL, '[["form_handler_submission", 9, {}], ["visitor_page_view", 9, {}, 4], ["visitor_session", 9, {}],
 ["tracker_click", 400, {}, 2], ["form_error", 9, {}], ["email_open", 3, {"email_id": 7}, 5]]', 58, NULL),
('pardot_baseline', 'errors', NULL, '[["form_error", 1, {}], ["form_handler_error", 1, {}]]', -10, NULL),

-- 15 + 10 + 15 = 40; 10 + 15 + 5 = 30
('solidgrowth_hubspot_example', 'both axes', '{"employees": 500, "industry": "Technology", "job_title": "VP Sales"}',
 '[["page_view", 5, {"page": "pricing"}, 3], ["webinar", 5, {}], ["whitepaper", 9, {}]]', 70, 'MQL'),
-- 40 and 20: 60, but behaviour is below 30
('solidgrowth_hubspot_example', 'one axis', '{"employees": 700, "industry": "Technology", "job_title": "Director"}',
 '[["page_view", 5, {"page": "pricing"}], ["visit", 9, {}, 5]]', 60, 'nurture'),
('solidgrowth_hubspot_example', 'hot', '{"employees": 500, "industry": "Professional Services", "job_title": "head of IT"}',
 '[["demo_request", 1, {}], ["webinar", 5, {}]]', 80, 'hot'),
('solidgrowth_hubspot_example', 'whole words', '{"employees": 49, "job_title": "International Account Manager"}', NULL, 10, 'below nurture'),
('solidgrowth_hubspot_example', 'intern', '{"employees": 50, "job_title": "Marketing Intern", "free_email": true}', NULL, -50, 'below nurture'),
('solidgrowth_hubspot_example', 'competitor', '{"employees": 500, "industry": "Technology", "job_title": "VP", "competitor": true, "in_market": false}', NULL,
 -80, 'below nurture'),
-- one mail three times is one mail
('solidgrowth_hubspot_example', 'one mail', NULL, '[["email_open", 1, {"email_id": 1}, 3]]', 0, 'below nurture'),
('solidgrowth_hubspot_example', 'three mails', NULL, '[["email_open", 1, {"email_id": 1}], ["email_open", 1, {"email_id": 2}], ["email_open", 9, {"email_id": 3}]]', 5,
 'below nurture');

CREATE TABLE result AS
WITH events AS (
    SELECT x.document, x.lead, e ->> 0 AS kind, timestamptz '2026-06-30 12:00+00' - (e ->> 1)::int * interval '1 day' AS at, e -> 2 AS properties
    FROM expected x, jsonb_array_elements(x.events) AS e, generate_series(1, coalesce((e ->> 3)::int, 1))
), tallies AS (
    SELECT e.document, e.lead, leadscore.lead_tally(d.rules, e.kind, e.at, e.properties) AS tally
    FROM events e JOIN documents d USING (document) GROUP BY 1, 2
)
SELECT x.document, x.lead, s.score, s.stage, x.score AS expected_score, x.stage AS expected_stage
FROM expected x JOIN documents d USING (document) LEFT JOIN tallies t USING (document, lead),
LATERAL leadscore.score(d.rules, x.attributes, t.tally, '2026-06-30 12:00+00') AS s;
