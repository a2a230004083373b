-- What models there are: their tables, their rules by version, their sources. Dumped with the database; everybody writes the rows of
-- models of own tables, see guard_catalog() below.

CREATE TABLE @extschema@.model (
    name text PRIMARY KEY,
    leads regclass NOT NULL,
    bound_as name[] NOT NULL,
    key_columns name[] NOT NULL,
    key_numbers smallint[] NOT NULL,
    scores regclass NOT NULL,
    companions regclass[] NOT NULL,
    upkeep text NOT NULL CHECK (upkeep IN ('immediate', 'queued')),
    mirror boolean NOT NULL,
    score_column name,
    score_number smallint,
    stage_column name,
    stage_number smallint,
    version integer NOT NULL,
    settled integer NOT NULL DEFAULT 1,
    told integer NOT NULL DEFAULT 1,
    next_version integer,
    evidence integer NOT NULL,
    channel text,
    paused boolean NOT NULL DEFAULT false,
    replica boolean NOT NULL DEFAULT false,
    added_columns boolean[] NOT NULL DEFAULT '{f,f}',
    views boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by text NOT NULL DEFAULT current_user,
    -- Arrays are read place by place.
    CONSTRAINT four_companions CHECK (cardinality(companions) = 4 AND array_ndims(companions) = 1 AND array_lower(companions, 1) = 1),
    CONSTRAINT numbered_key CHECK (cardinality(key_columns) > 0 AND array_ndims(key_columns) = 1 AND array_lower(key_columns, 1) = 1
                                   AND cardinality(key_numbers) = cardinality(key_columns) AND array_ndims(key_numbers) = 1 AND array_lower(key_numbers, 1) = 1),
    CONSTRAINT two_added_columns CHECK (cardinality(added_columns) = 2 AND array_ndims(added_columns) = 1 AND array_lower(added_columns, 1) = 1)
);
-- Whoever loads a model looks for others of its table of leads.
CREATE INDEX ON @extschema@.model (leads);
COMMENT ON TABLE @extschema@.model IS
    'One row a model: rules bound to a table of leads. Written by create_model(), set_rules(), pause() and the like, not by hand.';
COMMENT ON COLUMN @extschema@.model.name IS 'what the model is called';
COMMENT ON COLUMN @extschema@.model.leads IS 'the table of leads';
COMMENT ON COLUMN @extschema@.model.bound_as IS 'schema and name that it had then: another table that has them now was meant, maybe';
COMMENT ON COLUMN @extschema@.model.key_columns IS 'columns of leads that name a lead';
COMMENT ON COLUMN @extschema@.model.key_numbers IS 'their numbers in leads, to follow a column that is renamed';
COMMENT ON COLUMN @extschema@.model.scores IS 'the score table; the other tables of the model are called like it, with an ending';
COMMENT ON COLUMN @extschema@.model.companions IS 'these other tables, to find them when the score table is gone';
COMMENT ON COLUMN @extschema@.model.upkeep IS 'immediate: writers bring scores up to date; queued: writers only note what changed';
COMMENT ON COLUMN @extschema@.model.mirror IS 'whether score and stage are columns of leads, too';
COMMENT ON COLUMN @extschema@.model.score_column IS 'the column of leads that holds the score; NULL without mirror';
COMMENT ON COLUMN @extschema@.model.score_number IS 'its number in leads';
COMMENT ON COLUMN @extschema@.model.stage_column IS 'the column of leads that holds the stage; NULL without mirror';
COMMENT ON COLUMN @extschema@.model.stage_number IS 'its number in leads';
COMMENT ON COLUMN @extschema@.model.version IS 'the rules that score now';
COMMENT ON COLUMN @extschema@.model.settled IS 'all rows of the score table are scored by rules of at least this version, or marked as due';
COMMENT ON COLUMN @extschema@.model.told IS 'no transaction that writes and is still running began before this version of the rules was in force, or, of next_version, was made';
COMMENT ON COLUMN @extschema@.model.next_version IS 'rules that wait until catch_up() has counted what they need; NULL for none';
COMMENT ON COLUMN @extschema@.model.evidence IS 'the evidence set that writers collect';
COMMENT ON COLUMN @extschema@.model.channel IS 'where changes of stage are sent with NOTIFY; NULL for nowhere';
COMMENT ON COLUMN @extschema@.model.paused IS 'true: nothing is kept current until resume()';
COMMENT ON COLUMN @extschema@.model.replica IS 'true: rows applied by logical replication count, see replicate()';
COMMENT ON COLUMN @extschema@.model.added_columns IS 'whether create_model() added the columns of score and of stage';
COMMENT ON COLUMN @extschema@.model.views IS 'whether it has views: create_views() and drop_views()';
COMMENT ON COLUMN @extschema@.model.created_at IS 'when create_model() made it';
COMMENT ON COLUMN @extschema@.model.created_by IS 'who did';

CREATE TABLE @extschema@.rules_version (
    model text,
    version integer,
    rules @extschema@.scoring_rules NOT NULL,
    evidence integer NOT NULL,
    announce boolean NOT NULL DEFAULT false,
    set_at timestamptz NOT NULL DEFAULT now(),
    set_by text NOT NULL DEFAULT current_user,
    note text,
    PRIMARY KEY (model, version)
);
COMMENT ON TABLE @extschema@.rules_version IS 'All rules a model ever had. Read it through versions().';
COMMENT ON COLUMN @extschema@.rules_version.model IS 'name of the model';
COMMENT ON COLUMN @extschema@.rules_version.version IS 'counted from 1';
COMMENT ON COLUMN @extschema@.rules_version.rules IS 'the document';
COMMENT ON COLUMN @extschema@.rules_version.evidence IS 'the evidence set these rules need';
COMMENT ON COLUMN @extschema@.rules_version.announce IS 'whether changes of stage these rules cause are sent with NOTIFY';
COMMENT ON COLUMN @extschema@.rules_version.set_at IS 'when set_rules() was called';
COMMENT ON COLUMN @extschema@.rules_version.set_by IS 'who did';
COMMENT ON COLUMN @extschema@.rules_version.note IS 'what they said about it';

CREATE TABLE @extschema@.evidence_set (
    model text,
    evidence integer,
    rules @extschema@.scoring_rules NOT NULL,
    empty @extschema@.lead_tally NOT NULL,
    lapsed boolean NOT NULL DEFAULT false,
    PRIMARY KEY (model, evidence)
);
COMMENT ON TABLE @extschema@.evidence_set IS 'What the packed tallies of a model were counted for, by the number that stands beside them.';
COMMENT ON COLUMN @extschema@.evidence_set.model IS 'name of the model';
COMMENT ON COLUMN @extschema@.evidence_set.evidence IS 'counted from 1';
COMMENT ON COLUMN @extschema@.evidence_set.rules IS 'a document that asks for this evidence';
COMMENT ON COLUMN @extschema@.evidence_set.empty IS 'the tally of no events for it';
COMMENT ON COLUMN @extschema@.evidence_set.lapsed IS
    'true: writers have collected less since; what tallies with this number have beyond the need of the active rules may lack events';

CREATE TABLE @extschema@.event_source (
    model text,
    source integer,
    events regclass NOT NULL,
    bound_as name[] NOT NULL,
    lead_columns name[] NOT NULL,
    lead_numbers smallint[] NOT NULL,
    at_column name NOT NULL,
    at_number smallint NOT NULL,
    kind text,
    kind_column name,
    kind_number smallint,
    properties_column name,
    properties_number smallint,
    deleted_column name,
    deleted_number smallint,
    via regclass,
    via_bound_as name[],
    via_key_columns name[],
    via_key_numbers smallint[],
    via_lead_columns name[],
    via_lead_numbers smallint[],
    via_many boolean,
    replaced name[] NOT NULL,
    numbered_in oid NOT NULL,
    PRIMARY KEY (model, source)
);
COMMENT ON TABLE @extschema@.event_source IS 'Where the events of models come from. Written by add_events() and drop_events().';
COMMENT ON COLUMN @extschema@.event_source.model IS 'name of the model';
COMMENT ON COLUMN @extschema@.event_source.source IS 'number of the source';
COMMENT ON COLUMN @extschema@.event_source.events IS 'the table of events';
COMMENT ON COLUMN @extschema@.event_source.bound_as IS 'schema and name that it had then';
COMMENT ON COLUMN @extschema@.event_source.lead_columns IS 'its columns that name the lead, in the order of the key; with via, the row of via';
COMMENT ON COLUMN @extschema@.event_source.lead_numbers IS 'their numbers';
COMMENT ON COLUMN @extschema@.event_source.at_column IS 'its column that tells the moment';
COMMENT ON COLUMN @extschema@.event_source.at_number IS 'its number';
COMMENT ON COLUMN @extschema@.event_source.kind IS 'the kind of all its events; NULL if a column tells';
COMMENT ON COLUMN @extschema@.event_source.kind_column IS 'the column that tells the kind';
COMMENT ON COLUMN @extschema@.event_source.kind_number IS 'its number';
COMMENT ON COLUMN @extschema@.event_source.properties_column IS 'the column with the properties; NULL: the row itself';
COMMENT ON COLUMN @extschema@.event_source.properties_number IS 'its number';
COMMENT ON COLUMN @extschema@.event_source.deleted_column IS 'the column that marks a row as deleted: true, or a moment; NULL: none does';
COMMENT ON COLUMN @extschema@.event_source.deleted_number IS 'its number';
COMMENT ON COLUMN @extschema@.event_source.via IS 'the table through which events reach their lead; NULL for none';
COMMENT ON COLUMN @extschema@.event_source.via_bound_as IS 'schema and name that it had then';
COMMENT ON COLUMN @extschema@.event_source.via_key_columns IS 'its key, which lead_columns refer to';
COMMENT ON COLUMN @extschema@.event_source.via_key_numbers IS 'their numbers';
COMMENT ON COLUMN @extschema@.event_source.via_lead_columns IS 'its columns that name the lead';
COMMENT ON COLUMN @extschema@.event_source.via_lead_numbers IS 'their numbers';
COMMENT ON COLUMN @extschema@.event_source.replaced IS 'columns of the table of events that gave way to others of their names since its events were counted';
COMMENT ON COLUMN @extschema@.event_source.numbered_in IS 'the table whose columns have these numbers: in a restored database another one';
COMMENT ON COLUMN @extschema@.event_source.via_many IS 'whether one of its keys may stand in several rows, and so lead to several leads';

CREATE TABLE @extschema@.attribute_source (
    model text,
    source integer,
    relation regclass NOT NULL,
    bound_as name[] NOT NULL,
    on_columns name[] NOT NULL,
    on_numbers smallint[] NOT NULL,
    key_columns name[] NOT NULL,
    key_numbers smallint[] NOT NULL,
    prefix text NOT NULL,
    PRIMARY KEY (model, source)
);
COMMENT ON TABLE @extschema@.attribute_source IS 'Related rows whose columns are attributes of leads. Written by add_attributes() and drop_attributes().';
COMMENT ON COLUMN @extschema@.attribute_source.model IS 'name of the model';
COMMENT ON COLUMN @extschema@.attribute_source.source IS 'number of the source';
COMMENT ON COLUMN @extschema@.attribute_source.relation IS 'the related table';
COMMENT ON COLUMN @extschema@.attribute_source.bound_as IS 'schema and name that it had then';
COMMENT ON COLUMN @extschema@.attribute_source.on_columns IS 'columns of leads that refer to it';
COMMENT ON COLUMN @extschema@.attribute_source.on_numbers IS 'their numbers';
COMMENT ON COLUMN @extschema@.attribute_source.key_columns IS 'its key, which they refer to';
COMMENT ON COLUMN @extschema@.attribute_source.key_numbers IS 'their numbers';
COMMENT ON COLUMN @extschema@.attribute_source.prefix IS 'what stands before the dot: prefix.column is an attribute';

CREATE TABLE @extschema@.counted_table (
    model text,
    part text,
    source integer,
    table_oid oid,
    table_name name[] NOT NULL,
    missed boolean NOT NULL DEFAULT false,
    PRIMARY KEY (model, part, source, table_oid)
);
COMMENT ON TABLE @extschema@.counted_table IS
    'Partitions whose rows are in the scores of models, to find out when one is gone; and tables that were written to while they were not watched.';
COMMENT ON COLUMN @extschema@.counted_table.model IS 'name of the model';
COMMENT ON COLUMN @extschema@.counted_table.part IS 'what its rows are: leads, events, via or attributes';
COMMENT ON COLUMN @extschema@.counted_table.source IS 'number of the source; 0 for leads';
COMMENT ON COLUMN @extschema@.counted_table.table_oid IS 'the partition. In a restored database it is another one: there the name tells';
COMMENT ON COLUMN @extschema@.counted_table.table_name IS 'schema and name that it had then; empty for one of which nothing is in the scores: it was truncated, or detached when all was counted';
COMMENT ON COLUMN @extschema@.counted_table.missed IS 'whether rows of it may be missing in scores, for it held some when it came to be watched, or was detached when all was counted';

-- No key: two writers that find nothing noted write a row each, and none waits for the other's transaction.
CREATE TABLE @extschema@.missed_write (
    model text COLLATE "C" NOT NULL,
    part text NOT NULL,
    source integer NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX missed_write_model_idx ON @extschema@.missed_write (model);
COMMENT ON TABLE @extschema@.missed_write IS
    'Sources of models that were written to, or that leads were scored without, while upkeep could not read them or keep the model; until everything has been counted anew.';
COMMENT ON COLUMN @extschema@.missed_write.model IS 'name of the model';
COMMENT ON COLUMN @extschema@.missed_write.part IS 'what its rows are: leads, events, via or attributes';
COMMENT ON COLUMN @extschema@.missed_write.source IS 'number of the source; 0 for leads';
COMMENT ON COLUMN @extschema@.missed_write.at IS 'start of the first transaction that wrote what is missing, as far as it is known';

-- No trigger tells that a column got another type, and its values with it.
CREATE TABLE @extschema@.read_column (
    model text,
    part text,
    source integer,
    name name,
    type text NOT NULL,
    PRIMARY KEY (model, part, source, name)
);
COMMENT ON TABLE @extschema@.read_column IS 'Types that columns had when models last counted or scored all their rows.';
COMMENT ON COLUMN @extschema@.read_column.model IS 'name of the model';
COMMENT ON COLUMN @extschema@.read_column.part IS 'what its rows are: leads, events or attributes';
COMMENT ON COLUMN @extschema@.read_column.source IS 'number of the source; 0 for leads';
COMMENT ON COLUMN @extschema@.read_column.name IS 'name of the column; of events only those that are bound';
COMMENT ON COLUMN @extschema@.read_column.type IS 'its type, as value_type() calls it';
