// In which order leads tables are brought up to date.
//
// A total order of all leads tables, the same for every statement whichever models it concerns: where each took its own models in an order of their
// own, one could lock contacts and then people, and another people and then contacts. A backend reads it once, and anew after any model was bound.
#include "turns.hpp"

#include "model_load.hpp"

namespace leadscore {

namespace {

// Leads tables in their order. The relation cache of the table of models stands for all that is known of models together.
struct Turns {
    MemoryContext memory;
    Oid *tables;
    int count;
    bool stale;
};
Turns turns = {};
Oid catalog = InvalidOid;

// One model: its leads, and another table that it locks rows of.
struct Edge {
    Oid leads;
    Oid looked_at; // invalid: none
    bool by_events;
};

void catalog_changed(Datum, Oid table) {
    if (table == InvalidOid || table == catalog) {
        turns.stale = true;
    }
}

Edge *read_edges(int *count) {
    constexpr const char *edges_query =
        "SELECT m.leads::pg_catalog.oid, s.looked_at::pg_catalog.oid, s.by_events FROM leadscore.model m LEFT JOIN ("
        "SELECT e.model, e.via AS looked_at, true AS by_events FROM leadscore.event_source e WHERE e.via IS NOT NULL UNION "
        "SELECT a.model, a.relation, false FROM leadscore.attribute_source a) s ON s.model OPERATOR(pg_catalog.=) m.name";
    SPIPlanPtr plan = SPI_prepare(edges_query, 0, nullptr);
    if (plan == nullptr ||
        SPI_execute_snapshot(plan, nullptr, nullptr, GetLatestSnapshot(), InvalidSnapshot, true, false, 0) != SPI_OK_SELECT) {
        elog(ERROR, "leadscore: %s", SPI_result_code_string(SPI_result));
    }
    *count = static_cast<int>(SPI_processed);
    auto *edges = static_cast<Edge *>(palloc(sizeof(Edge) * (SPI_processed + 1)));
    for (int i = 0; i < *count; ++i) {
        Datum values[3];
        bool nulls[3];
        heap_deform_tuple(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, values, nulls);
        edges[i].leads = DatumGetObjectId(values[0]);
        edges[i].looked_at = nulls[1] ? InvalidOid : DatumGetObjectId(values[1]);
        edges[i].by_events = !nulls[2] && DatumGetBool(values[2]);
    }
    return edges;
}

bool is_among(const Oid *tables, int count, Oid table) {
    for (int i = 0; i < count; ++i) {
        if (tables[i] == table) {
            return true;
        }
    }
    return false;
}

// In how far it matters at what others look.
enum Strictness { by_number, by_events, by_all };

// Whether a model on the table looks at leads that have no place yet.
bool must_wait(const Edge *edges, int count, const Oid *left, int left_count, Oid table, int strictness) {
    for (int i = 0; i < count; ++i) {
        if (edges[i].leads == table && edges[i].looked_at != table && (strictness == by_all || (strictness == by_events && edges[i].by_events)) &&
            is_among(left, left_count, edges[i].looked_at)) {
            return true;
        }
    }
    return false;
}

// First those whose leads others look at, for these lock them FOR SHARE, and of two that share a row none could have it alone. Where models look at each
// other, contacts before those that events reach by way of them; where nothing tells, by OID.
void put_in_order(const Edge *edges, int count, Oid *tables, int *table_count) {
    auto *left = static_cast<Oid *>(palloc(sizeof(Oid) * (static_cast<size_t>(count) + 1)));
    int left_count = 0;
    for (int i = 0; i < count; ++i) {
        if (!is_among(left, left_count, edges[i].leads)) {
            left[left_count++] = edges[i].leads;
        }
    }
    *table_count = 0;
    while (left_count > 0) {
        int next = -1;
        for (int strictness = by_all; strictness >= by_number && next < 0; --strictness) {
            for (int i = 0; i < left_count; ++i) {
                if ((next < 0 || left[i] < left[next]) && !must_wait(edges, count, left, left_count, left[i], strictness)) {
                    next = i;
                }
            }
        }
        tables[(*table_count)++] = left[next];
        left[next] = left[--left_count];
    }
}

void read_turns() {
    const Oid found = model_catalog();
    if (!OidIsValid(found)) {
        turns.count = 0;
        return;
    }
    if (turns.memory == nullptr) {
        turns.memory = AllocSetContextCreate(CacheMemoryContext, "leadscore turns", ALLOCSET_SMALL_SIZES);
        CacheRegisterRelcacheCallback(catalog_changed, static_cast<Datum>(0));
    }
    catalog = found;
    turns.stale = false; // what comes while it is read makes it stale again
    SPI_connect();
    int count = 0;
    const Edge *edges = read_edges(&count);
    auto *tables = static_cast<Oid *>(palloc(sizeof(Oid) * (static_cast<size_t>(count) + 1)));
    int table_count = 0;
    put_in_order(edges, count, tables, &table_count);
    const bool stale = turns.stale;
    turns = {turns.memory, nullptr, 0, true}; // should there be no memory
    MemoryContextReset(turns.memory);
    auto *kept = static_cast<Oid *>(MemoryContextAlloc(turns.memory, sizeof(Oid) * (static_cast<size_t>(table_count) + 1)));
    memcpy(kept, tables, sizeof(Oid) * static_cast<size_t>(table_count));
    turns = {turns.memory, kept, table_count, stale};
    SPI_finish();
}

int turn_of(Oid table) {
    int turn = 0;
    while (turn < turns.count && turns.tables[turn] != table) {
        ++turn;
    }
    return turn;
}

bool comes_before(Oid one, Oid other) {
    const int turn = turn_of(one);
    const int other_turn = turn_of(other);
    return turn != other_turn ? turn < other_turn : one < other;
}

bool are_known(const ModelWork *works) {
    const ModelWork *one = works;
    while (one != nullptr && turn_of(one->model->leads) < turns.count) {
        one = one->next;
    }
    return one == nullptr;
}

bool is_related_to(const Model *model, Oid table) {
    for (int i = 0; i < model->attribute_source_count; ++i) {
        if (model->attribute_sources[i].table == table) {
            return true;
        }
    }
    return false;
}

// Leads that a statement wrote have their turn behind them, as far as their rows are concerned. They share their related rows, which the statement may have to
// have alone first, as leads of another model.
bool has_rows_that_wait(const ModelWork *work, const ModelWork *works) {
    for (const ModelWork *other = works; other != nullptr; other = other->next) {
        if (work->moved && work->model->locks_leads && other->model->leads != work->model->leads && is_related_to(work->model, other->model->leads)) {
            return true;
        }
    }
    return false;
}

bool have_same_leads(const ModelWork *works) {
    for (const ModelWork *one = works->next; one != nullptr; one = one->next) {
        if (one->model->leads != works->model->leads) {
            return false;
        }
    }
    return true;
}

} // namespace

void forget_turns() {
    if (const Oid models = model_catalog(); OidIsValid(models)) {
        CacheInvalidateRelcacheByRelid(models);
    }
}

ModelWork *take_group(ModelWork **left) {
    if (have_same_leads(*left)) {
        ModelWork *all = *left;
        *left = nullptr;
        return all;
    }
    if (turns.stale || !are_known(*left)) {
        read_turns();
    }
    Oid leads = InvalidOid;
    for (int strict = 1; strict >= 0 && !OidIsValid(leads); --strict) {
        for (const ModelWork *one = *left; one != nullptr; one = one->next) {
            if ((!OidIsValid(leads) || comes_before(one->model->leads, leads)) && !(strict && has_rows_that_wait(one, *left))) {
                leads = one->model->leads;
            }
        }
    }
    ModelWork *group = nullptr;
    ModelWork **end = &group;
    for (ModelWork **link = left; *link != nullptr;) {
        ModelWork *work = *link;
        if (work->model->leads == leads) {
            *link = work->next;
            work->next = nullptr;
            *end = work;
            end = &work->next;
        } else {
            link = &work->next;
        }
    }
    return group;
}

} // namespace leadscore
