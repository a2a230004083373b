// Where a table that has triggers keeps what upkeep reads.
#include "event_columns.hpp"

#include "collations.hpp"

namespace leadscore {

namespace {

TableColumns *known_columns(Model *model, Part part, int source, Oid table, TupleDesc row) {
    for (TableColumns **link = &model->columns; *link != nullptr; link = &(*link)->next) {
        TableColumns *known = *link;
        if (known->table != table || known->part != part || known->source != source) {
            continue;
        }
        if (equalTupleDescs(known->row, row)) {
            return known;
        }
        *link = known->next;
        MemoryContextDelete(known->memory);
        return nullptr;
    }
    return nullptr;
}

// Not in the model's list before everything was found.
TableColumns *start_columns(Part part, int source, Oid table, TupleDesc row) {
    MemoryContext memory = AllocSetContextCreate(CurrentMemoryContext, "leadscore columns", ALLOCSET_SMALL_SIZES);
    MemoryContext old = MemoryContextSwitchTo(memory);
    auto *columns = static_cast<TableColumns *>(palloc0(sizeof(TableColumns)));
    columns->memory = memory;
    columns->part = part;
    columns->source = source;
    columns->table = table;
    columns->row = CreateTupleDescCopyConstr(row);
    MemoryContextSwitchTo(old);
    return columns;
}

void keep_columns(Model *model, TableColumns *columns) {
    MemoryContextSetParent(columns->memory, model->memory);
    columns->next = model->columns;
    model->columns = columns;
}

void note_unusable(TableColumns *columns, const char *name) {
    if (columns->unusable == nullptr) {
        columns->unusable = MemoryContextStrdup(columns->memory, name);
    }
}

void add_key(TableColumns *columns, const NameData *name, Oid type) {
    KeyReader *reader = &columns->keys[columns->key_count++];
    if (!OidIsValid(type) || !make_key_reader(reader, columns->row, NameStr(*name), type, columns->memory)) {
        note_unusable(columns, NameStr(*name));
    }
    watch_column(&columns->watch, columns->row, NameStr(*name));
}

// As the column of leads has it, so that an index on that serves; else as it stands, and the column of leads is cast.
Oid common_type(Oid lead_type, Oid key_type) {
    return OidIsValid(lead_type) && OidIsValid(key_type) && !can_name_key(key_type, lead_type) ? key_type : lead_type;
}

void add_related_key(TableColumns *columns, const NameData *name, Oid lead_type) {
    const AttrNumber column = column_named(columns->row, NameStr(*name), static_cast<int>(strlen(NameStr(*name))));
    const Oid type = column == InvalidAttrNumber ? InvalidOid : getBaseType(TupleDescAttr(columns->row, column - 1)->atttypid);
    add_key(columns, name, common_type(lead_type, type));
}

void find_kind(TableColumns *columns, const EventSource *source) {
    if (source->kind != nullptr) {
        columns->kind = source->kind;
        columns->kind_size = strlen(source->kind);
        return;
    }
    const char *name = NameStr(source->kind_from);
    if (!make_kind_reader(&columns->kind_from, columns->row, name, columns->memory)) {
        note_unusable(columns, name);
    }
    watch_column(&columns->watch, columns->row, name);
}

// A column of properties, or columns of the row.
void find_properties(TableColumns *columns, Model *model, const EventSource *source) {
    const std::vector<std::string> &names = model->collecting->events->field_names();
    columns->fields = make_field_fetch(names, columns->memory);
    if (!source->has_properties) {
        set_row_type(columns->fields, columns->row);
        watch_fields(&columns->watch, columns->row, names);
        return;
    }
    const char *name = NameStr(source->properties);
    columns->properties = column_named(columns->row, name, static_cast<int>(strlen(name)));
    if (columns->properties == InvalidAttrNumber) {
        note_unusable(columns, name);
        return;
    }
    columns->properties_type = getBaseType(TupleDescAttr(columns->row, columns->properties - 1)->atttypid);
    if (columns->properties_type != JSONBOID && columns->properties_type != JSONOID &&
        !type_is_rowtype(columns->properties_type)) {
        note_unusable(columns, name);
    }
    watch_column(&columns->watch, columns->row, name);
}

} // namespace

TableColumns *event_columns(Model *model, const EventSource *source, Oid table, TupleDesc row) {
    TableColumns *columns = known_columns(model, Part::events, source->number, table, row);
    if (columns != nullptr) {
        return columns;
    }
    columns = start_columns(Part::events, source->number, table, row);
    MemoryContext old = MemoryContextSwitchTo(columns->memory);
    const bool direct = !OidIsValid(source->via);
    const KeyColumn *keys = direct ? model->keys : source->via_keys; // none if the via table cannot be used
    for (int i = 0; i < source->lead_count; ++i) {
        const bool usable = keys != nullptr && (!direct || i < model->key_count);
        add_key(columns, &source->lead[i], usable ? keys[i].type : InvalidOid);
    }
    if (direct && source->lead_count != model->key_count) {
        note_unusable(columns, NameStr(source->lead[0]));
    }
    if (!make_moment_reader(&columns->at, columns->row, NameStr(source->at))) {
        note_unusable(columns, NameStr(source->at));
    }
    watch_column(&columns->watch, columns->row, NameStr(source->at));
    if (source->may_be_deleted) {
        if (!make_deleted_reader(&columns->deleted, columns->row, NameStr(source->deleted))) {
            note_unusable(columns, NameStr(source->deleted));
        }
        watch_column(&columns->watch, columns->row, NameStr(source->deleted));
    }
    find_kind(columns, source);
    find_properties(columns, model, source);
    MemoryContextSwitchTo(old);
    keep_columns(model, columns);
    return columns;
}

TableColumns *contact_columns(Model *model, const EventSource *source, Oid table, TupleDesc row) {
    TableColumns *columns = known_columns(model, Part::via, source->number, table, row);
    if (columns != nullptr) {
        return columns;
    }
    columns = start_columns(Part::via, source->number, table, row);
    MemoryContext old = MemoryContextSwitchTo(columns->memory);
    for (int i = 0; i < model->key_count; ++i) {
        add_key(columns, &source->via_lead[i], model->keys[i].type);
    }
    for (int i = 0; i < source->lead_count; ++i) {
        const char *name = NameStr(source->via_key[i]);
        KeyReader *reader = &columns->contact[columns->contact_count++];
        if (source->via_keys == nullptr ||
            !make_key_reader(reader, columns->row, name, source->via_keys[i].type, columns->memory)) {
            note_unusable(columns, name);
        }
        watch_column(&columns->watch, columns->row, name);
        watch_column(&columns->contact_key, columns->row, name);
    }
    columns->contact_has_many = source->via_many;
    MemoryContextSwitchTo(old);
    keep_columns(model, columns);
    return columns;
}

TableColumns *lead_columns(Model *model, Oid table, TupleDesc row) {
    TableColumns *columns = known_columns(model, Part::leads, 0, table, row);
    if (columns != nullptr) {
        return columns;
    }
    columns = start_columns(Part::leads, 0, table, row);
    MemoryContext old = MemoryContextSwitchTo(columns->memory);
    watch_fields(&columns->watch, columns->row, model->program->scores->field_names());
    for (int i = 0; i < model->attribute_source_count; ++i) {
        const AttributeSource &source = model->attribute_sources[i];
        for (int n = 0; n < source.column_count; ++n) {
            watch_column(&columns->watch, columns->row, NameStr(source.on[n]));
            watch_column(&columns->pointers, columns->row, NameStr(source.on[n]));
        }
    }
    if (model->mirror) {
        // Not as inputs, even if the rules name them: our own writes would call for themselves for ever.
        for (const NameData *name : {&model->score_column, &model->stage_column}) {
            unwatch_column(&columns->watch, columns->row, NameStr(*name));
            watch_column(&columns->mirrored, columns->row, NameStr(*name));
        }
    }
    for (int i = 0; i < model->key_count; ++i) {
        add_key(columns, &model->keys[i].name, model->keys[i].type);
    }
    MemoryContextSwitchTo(old);
    keep_columns(model, columns);
    return columns;
}

TableColumns *related_columns(Model *model, const AttributeSource *source, Oid table, TupleDesc row) {
    TableColumns *columns = known_columns(model, Part::attributes, source->number, table, row);
    if (columns != nullptr) {
        return columns;
    }
    columns = start_columns(Part::attributes, source->number, table, row);
    MemoryContext old = MemoryContextSwitchTo(columns->memory);
    for (int i = 0; i < source->column_count; ++i) {
        add_related_key(columns, &source->key[i], lead_column_type(model, &source->on[i]));
    }
    watch_fields(&columns->watch, columns->row, model->program->scores->field_names(), source->prefix);
    MemoryContextSwitchTo(old);
    keep_columns(model, columns);
    return columns;
}

namespace {

Oid column_type(Oid table, const NameData *column) {
    const AttrNumber number = get_attnum(table, NameStr(*column));
    return number == InvalidAttrNumber ? InvalidOid : getBaseType(get_atttype(table, number));
}

} // namespace

Oid lead_column_type(const Model *model, const NameData *column) {
    return column_type(model->leads, column);
}

Oid related_key_type(const Model *model, const AttributeSource *source, int position) {
    return common_type(lead_column_type(model, &source->on[position]), column_type(source->table, &source->key[position]));
}

Oid related_key_collation(const Model *model, const AttributeSource *source, int position) {
    const Oid collation = column_collation(source->table, &source->key[position]);
    return OidIsValid(collation) ? collation : column_collation(model->leads, &source->on[position]);
}

} // namespace leadscore
