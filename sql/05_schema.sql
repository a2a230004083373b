-- Whoever may create things in the schema could lay them in the way of who calls functions: an overload whose arguments fit better, or, once the schema has another
-- name, a false one. So it is empty at first, and then the script's own: that of a superuser, also if the extension is made by somebody else, who is trusted
-- with no more than that. Everything is named in full, for this runs where others may have been.

DO $$
DECLARE
    own constant pg_catalog.oid := pg_catalog.to_regnamespace('@extschema@');
    grantee pg_catalog.text;
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.relnamespace OPERATOR(pg_catalog.=) own)
       OR EXISTS (SELECT FROM pg_catalog.pg_proc p WHERE p.pronamespace OPERATOR(pg_catalog.=) own)
       OR EXISTS (SELECT FROM pg_catalog.pg_type t WHERE t.typnamespace OPERATOR(pg_catalog.=) own)
       OR EXISTS (SELECT FROM pg_catalog.pg_operator o WHERE o.oprnamespace OPERATOR(pg_catalog.=) own) THEN
        RAISE duplicate_object USING MESSAGE = 'schema "@extschema@" is not empty', HINT = 'What is in it is not the extension''s: drop it, or move it to another schema.';
    END IF;
    ALTER SCHEMA @extschema@ OWNER TO CURRENT_USER;
    FOR grantee IN SELECT DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END
                     FROM pg_catalog.pg_namespace n CROSS JOIN LATERAL pg_catalog.aclexplode(n.nspacl) a
                    WHERE n.oid OPERATOR(pg_catalog.=) own AND a.privilege_type OPERATOR(pg_catalog.=) 'CREATE' AND a.grantee OPERATOR(pg_catalog.<>) n.nspowner LOOP
        EXECUTE pg_catalog.format('REVOKE CREATE ON SCHEMA @extschema@ FROM %s CASCADE', grantee);
    END LOOP;
END $$;

