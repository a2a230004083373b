// Whether the tables and columns of a source still serve.
#include "source_use.hpp"

#include "collations.hpp"
#include "column_reader.hpp"

namespace leadscore {

namespace {

// Without domains; invalid for a column that is gone.
Oid column_type(Oid table, const NameData *name) {
    const AttrNumber number = get_attnum(table, NameStr(*name));
    return number > 0 ? getBaseType(get_atttype(table, number)) : InvalidOid;
}

bool names_key(Oid table, const NameData *column, Oid key_type, Oid key_collation) {
    const Oid type = column_type(table, column);
    return OidIsValid(type) && OidIsValid(key_type) && can_name_key(type, getBaseType(key_type)) &&
           collations_agree(column_collation(table, column), key_collation);
}

// Up to PostgreSQL 15 a rule makes a view of a table.
bool is_table(Oid relation) {
    const char kind = get_rel_relkind(relation);
    return kind == RELKIND_RELATION || kind == RELKIND_PARTITIONED_TABLE;
}

bool has_fields(Oid type) {
    return type == JSONBOID || type == JSONOID || (OidIsValid(type) && type_is_rowtype(type));
}

} // namespace

bool can_use_events(const Model *model, const EventSource *source) {
    const bool direct = !OidIsValid(source->via);
    if (!is_table(source->table) || !(direct || is_table(source->via)) ||
        (direct ? source->lead_count != model->key_count : source->via_keys == nullptr)) {
        return false;
    }
    for (int i = 0; i < source->lead_count; ++i) {
        const KeyColumn &key = direct ? model->keys[i] : source->via_keys[i];
        if (!names_key(source->table, &source->lead[i], key.type, key.collation)) {
            return false;
        }
    }
    for (int i = 0; !direct && i < model->key_count; ++i) {
        if (!names_key(source->via, &source->via_lead[i], model->keys[i].type, model->keys[i].collation)) {
            return false;
        }
    }
    return tells_moment(column_type(source->table, &source->at)) &&
           (source->kind != nullptr || OidIsValid(column_type(source->table, &source->kind_from))) &&
           (!source->may_be_deleted || marks_deleted(column_type(source->table, &source->deleted))) &&
           (!source->has_properties || has_fields(column_type(source->table, &source->properties)));
}

bool can_use_attributes(const Model *model, const AttributeSource *source) {
    for (int i = 0; i < source->column_count; ++i) {
        if (!names_key(model->leads, &source->on[i], column_type(source->table, &source->key[i]), column_collation(source->table, &source->key[i]))) {
            return false;
        }
    }
    return source->column_count > 0 && is_table(source->table);
}

} // namespace leadscore
