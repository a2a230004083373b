-- The extension's objects with all that can differ between a fresh installation and one that was upgraded.
\set ON_ERROR_STOP 1
SET search_path = pg_catalog;
CREATE TEMP TABLE member AS
SELECT classid, objid, (pg_identify_object(classid, objid, 0)).* FROM pg_depend
 WHERE refclassid = 'pg_extension'::regclass AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'leadscore') AND deptype = 'e';
SELECT type, identity, obj_description(objid, classid::regclass::name) FROM member ORDER BY 1, 2;
SELECT m.identity, CASE WHEN p.prokind = 'a' THEN concat_ws(' ', a.aggtransfn, a.aggcombinefn, a.aggfinalfn, a.aggtranstype::regtype) ELSE pg_get_functiondef(p.oid) END, p.proacl
  FROM member m JOIN pg_proc p ON m.classid = 'pg_proc'::regclass AND p.oid = m.objid LEFT JOIN pg_aggregate a ON a.aggfnoid = p.oid ORDER BY 1;
SELECT m.identity, c.relkind, c.relacl, c.reloptions, c.relrowsecurity, CASE WHEN c.relkind = 'v' THEN pg_get_viewdef(c.oid) END
  FROM member m JOIN pg_class c ON m.classid = 'pg_class'::regclass AND c.oid = m.objid ORDER BY 1;
-- By name, for a column that was added later comes last.
SELECT m.identity, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid), col_description(a.attrelid, a.attnum), a.attacl
  FROM member m JOIN pg_attribute a ON m.classid = 'pg_class'::regclass AND a.attrelid = m.objid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum) ORDER BY 1, 2;
SELECT m.identity, pg_get_indexdef(i.indexrelid) FROM member m JOIN pg_index i ON m.classid = 'pg_class'::regclass AND i.indrelid = m.objid ORDER BY 1, 2;
SELECT m.identity, pg_get_constraintdef(c.oid) FROM member m JOIN pg_constraint c ON m.classid = 'pg_class'::regclass AND c.conrelid = m.objid ORDER BY 1, 2;
SELECT m.identity, pg_get_triggerdef(t.oid), t.tgenabled FROM member m JOIN pg_trigger t ON m.classid = 'pg_class'::regclass AND t.tgrelid = m.objid AND NOT t.tgisinternal ORDER BY 1, 2;
SELECT unnest(extconfig)::regclass, unnest(extcondition) FROM pg_extension WHERE extname = 'leadscore' ORDER BY 1;
SELECT nspname, nspacl FROM pg_namespace WHERE nspname = 'leadscore';
SELECT extversion FROM pg_extension WHERE extname = 'leadscore';
