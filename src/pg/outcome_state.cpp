// The state of the aggregates that judge scores: growing, combining, on its way between processes.
#include "outcome_state.hpp"

#include "guard.hpp"
#include "rules_value.hpp"

#include <cmath>

namespace leadscore {

namespace {

void make_outcome_room(OutcomeState *state, size_t more) {
    if (has_outcome_room(state->table, more)) {
        return;
    }
    const size_t capacity = outcome_capacity(state->table.used + more);
    auto *memory = static_cast<OutcomeCell *>(
        MemoryContextAllocExtended(state->context, capacity * sizeof(OutcomeCell), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO));
    if (OutcomeCell *old = move_outcomes(state->table, memory, capacity); old != nullptr) {
        pfree(old);
    }
}

OutcomeState *make_outcomes(MemoryContext context) {
    auto *state = static_cast<OutcomeState *>(MemoryContextAllocZero(context, sizeof(OutcomeState)));
    state->context = context;
    return state;
}

void add_cells(OutcomeState *state, const OutcomeCell *cells, size_t count) {
    for (size_t i = 0; i < count; ++i) {
        if (cells[i].leads != 0) {
            CHECK_FOR_INTERRUPTS();
            make_outcome_room(state, 1);
            add_outcome(state->table, cells[i].score, cells[i].other, cells[i].leads, cells[i].conversions);
        }
    }
}

// How a state travels: this, the rules, the counts.
struct Head {
    int32 bands;
    uint32 rules_size; // 0: none
};

void read_state_bytes(OutcomeState *state, const char *bytes, size_t size) {
    Head head = {};
    if (size < sizeof head) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION), errmsg("not counts of outcomes: a wrong length")));
    }
    memcpy(&head, bytes, sizeof head);
    bytes += sizeof head;
    size -= sizeof head;
    state->bands = head.bands;
    if (head.rules_size > size) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION), errmsg("not counts of outcomes: a wrong length")));
    }
    if (head.rules_size > 0) {
        auto *rules = static_cast<struct varlena *>(MemoryContextAlloc(state->context, head.rules_size + VARHDRSZ));
        SET_VARSIZE(rules, head.rules_size + VARHDRSZ);
        memcpy(VARDATA(rules), bytes, head.rules_size);
        state->rules = rules;
        bytes += head.rules_size;
        size -= head.rules_size;
    }
    OutcomeCell *cells = nullptr;
    size_t count = 0;
    int64_t left_out = 0;
    call_core([&cells, &count, &left_out, bytes, size] {
        const std::vector<OutcomeCell> read = read_outcome_bytes({bytes, size}, left_out);
        count = read.size();
        cells =
            reinterpret_cast<OutcomeCell *>(copy_out({reinterpret_cast<const char *>(read.data()), count * sizeof *cells}, 0));
    });
    state->table.left_out = left_out;
    add_cells(state, cells, count);
    pfree(cells);
}

} // namespace

OutcomeState *outcomes_argument(FunctionCallInfo fcinfo, int argument) {
    return PG_ARGISNULL(argument) ? nullptr : reinterpret_cast<OutcomeState *>(PG_GETARG_POINTER(argument));
}

OutcomeState *open_outcomes(FunctionCallInfo fcinfo) {
    MemoryContext context = aggregate_context_of(fcinfo);
    OutcomeState *state = outcomes_argument(fcinfo, 0);
    return state != nullptr ? state : make_outcomes(context);
}

void count_outcome(OutcomeState *state, double score, double other, bool converted) {
    if (!std::isfinite(score)) {
        leave_out(state);
        return;
    }
    make_outcome_room(state, 1);
    add_outcome(state->table, score, other, 1, converted ? 1 : 0);
}

std::vector<OutcomeCell> outcomes_of(const OutcomeState *state) {
    return state != nullptr ? sorted_outcomes(state->table) : std::vector<OutcomeCell>();
}

void set_bands(OutcomeState *state, int32 bands) {
    if (state->bands != 0 && state->bands != bands) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("bands must be the same for all rows")));
    }
    state->bands = bands;
}

void set_rules(OutcomeState *state, const struct varlena *rules) {
    if (state->rules != nullptr) {
        if (rules_digest(state->rules) != rules_digest(rules)) {
            ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("rules must be the same for all rows")));
        }
        return;
    }
    const size_t size = VARSIZE_ANY_EXHDR(rules) + VARHDRSZ;
    state->rules = static_cast<struct varlena *>(MemoryContextAlloc(state->context, size));
    SET_VARSIZE(state->rules, size);
    memcpy(VARDATA(state->rules), VARDATA_ANY(rules), size - VARHDRSZ);
}

} // namespace leadscore

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_outcomes_combine);
LEADSCORE_FUNCTION(leadscore_outcomes_serialize);
LEADSCORE_FUNCTION(leadscore_outcomes_deserialize);

Datum leadscore_outcomes_combine(PG_FUNCTION_ARGS) {
    const OutcomeState *other = outcomes_argument(fcinfo, 1);
    if (other == nullptr) {
        aggregate_context_of(fcinfo);
        if (PG_ARGISNULL(0)) {
            PG_RETURN_NULL();
        }
        PG_RETURN_DATUM(PG_GETARG_DATUM(0));
    }
    OutcomeState *state = open_outcomes(fcinfo);
    if (other->bands != 0) {
        set_bands(state, other->bands);
    }
    if (other->rules != nullptr) {
        set_rules(state, other->rules);
    }
    state->table.left_out += other->table.left_out;
    add_cells(state, other->table.cells, other->table.capacity);
    PG_RETURN_POINTER(state);
}

Datum leadscore_outcomes_serialize(PG_FUNCTION_ARGS) {
    aggregate_context_of(fcinfo);
    const OutcomeState *state = outcomes_argument(fcinfo, 0);
    const Head head = {state->bands, state->rules != nullptr ? static_cast<uint32>(VARSIZE_ANY_EXHDR(state->rules)) : 0};
    char *result = nullptr;
    call_core([state, &head, &result] {
        std::string bytes(reinterpret_cast<const char *>(&head), sizeof head);
        if (state->rules != nullptr) {
            bytes.append(VARDATA_ANY(state->rules), head.rules_size);
        }
        bytes += write_outcome_bytes(state->table);
        result = copy_out(bytes, VARHDRSZ);
        SET_VARSIZE(result, bytes.size() + VARHDRSZ);
    });
    PG_RETURN_POINTER(result);
}

Datum leadscore_outcomes_deserialize(PG_FUNCTION_ARGS) {
    aggregate_context_of(fcinfo);
    const auto *bytes = PG_GETARG_BYTEA_PP(0);
    OutcomeState *state = make_outcomes(CurrentMemoryContext);
    read_state_bytes(state, VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes));
    PG_RETURN_POINTER(state);
}
}
