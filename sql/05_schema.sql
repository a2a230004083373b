-- Whoever may create things in the schema could lay them in the way of who calls functions: an overload whose arguments fit better, or, once the schema has another
-- name, a false one. So the script makes it, and it is a superuser's from its first moment, also if the extension is made by somebody else, who is trusted
-- with no more than that. One that is there already is not taken over, empty as it may look: what its owner makes in a transaction of his own that has not
-- ended cannot be seen, and would be in it afterwards.

DO $$
BEGIN
    IF pg_catalog.to_regnamespace('leadscore') IS NOT NULL THEN
        RAISE duplicate_object USING MESSAGE = 'schema "leadscore" exists already',
            HINT = 'Drop it, or give it another name: CREATE EXTENSION makes it, and takes none over that somebody else may have put things into.';
    END IF;
END $$;
CREATE SCHEMA leadscore;

