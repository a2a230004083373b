// The aggregates lead_tally(), rollup() and lead_score(): steps forward and back, combining, results.
#include "guard.hpp"
#include "score_result.hpp"
#include "tally_state.hpp"
#include "tally_value.hpp"

#include "aggregate_call.hpp"

namespace leadscore {

namespace {

// Arguments of one step, by place.
struct StepShape {
    int properties; // argument number, or -1
    int as_of;      // argument number; -1: none; of lead_score() then the transaction's start
    bool scores;    // lead_score(): the state carries rules and moment
};

constexpr int rules_argument = 1;
constexpr int kind_argument = 2;
constexpr int at_argument = 3;

// The state to go on with: the first argument, expanded if it is flat, or a new one.
TallyState *open_state(FunctionCallInfo fcinfo, CallSite *site) {
    MemoryContext context = aggregate_context_of(fcinfo);
    if (PG_ARGISNULL(0)) {
        return make_state(site, context);
    }
    if (TallyState *state = state_of(PG_GETARG_DATUM(0)); state != nullptr) {
        return state;
    }
    TallyState *state = make_state(site, context);
    read_tally(PG_GETARG_DATUM(0), *site->tally, nullptr);
    add_to_state(site, state, *site->tally, 1);
    return state;
}

void set_moment(TallyState *state, SharedRules *rules, int64_t as_of) {
    if (state->rules == nullptr) {
        state->rules = rules;
        state->as_of = as_of;
        return;
    }
    if (state->as_of != as_of || (state->rules != rules && state->rules->digest != rules->digest)) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("rules and as_of must be the same for all rows of one lead_score()")));
    }
}

// Which evidence the event meets. Most events need no look at their fields.
Met match_event(Program *program, const KindPlan *plan) {
    Met met = {plan->evidence.data(), plan->evidence.size()};
    if (program->events->meets_all(*plan)) {
        return met;
    }
    call_core([program, plan, &met] {
        met = program->events->match(*plan, program->event_values.data(), program->event_surroundings());
    });
    return met;
}

void append_hits(Program *program, TallyState *state, const uint32_t *hits, size_t count, int64_t at, int sign) {
    const EventProgram::Room room = program->events->room_for(hits, count, program->event_values.data());
    make_room(state, room.counts, room.wides, room.values);
    call_core([program, hits, count, at, sign, state] {
        program->events->append(hits, count, at, program->event_values.data(), sign, state->logs);
    });
}

void let_wait(WaitingHits *waiting, TallyState *state, CountEntry entry) {
    if (waiting->used == WaitingHits::capacity) {
        hand_over(waiting);
    }
    waiting->hits[waiting->used++] = {state, entry};
}

// Puts counts into the waiting room; sums and distinct values go to the state at once.
void let_wait(CallSite *site, Program *program, TallyState *state, const uint32_t *hits, size_t count, int64_t at) {
    for (size_t i = 0; i < count; ++i) {
        const CountEntry entry = program->events->entry_of(hits[i], at, 1);
        if (entry == 0) {
            append_hits(program, state, hits + i, 1, at, 1);
        } else {
            let_wait(site->waiting, state, entry);
        }
    }
}

// The same, counts as one entry for all that the event meets. As long as the rules stay, for the entries are theirs.
void match_and_wait(CallSite *site, Program *program, const KindPlan *plan, TallyState *state, int64_t at) {
    MetOfPlans met = {};
    call_core([program, plan, &met] {
        met = program->events->match_sets(*plan, program->event_values.data(), program->event_surroundings());
    });
    site->hit_sets = &program->events->hit_sets();
    for (size_t i = 0; i < met.count; ++i) {
        const MetSet *set = met.sets[i];
        for (size_t e = 0; e < set->entry_count; ++e) {
            let_wait(site->waiting, state, program->events->entry_of(set->entries[e], at));
        }
        if (!set->others.empty()) {
            let_wait(site, program, state, set->others.data(), set->others.size(), at);
        }
    }
}

// Notes what this row brought; from the first row on that differs, every state is looked at for every row.
void check_uniform(CallSite *site, SharedSet *set, SharedRules *rules, int64_t as_of) {
    if (site->uniform_set == nullptr) {
        site->uniform_set = set;
        site->uniform_rules = rules;
        site->uniform_as_of = as_of;
    } else if (site->uniform && (site->uniform_set != set || site->uniform_rules != rules || site->uniform_as_of != as_of)) {
        hand_over(site->waiting);
        site->uniform = false;
    }
}

// The fields that the evidence of the plan looks at, into the program's scratch.
void fetch_event_fields(FunctionCallInfo fcinfo, const StepShape &shape, const CallSite *site, const KindPlan *plan) {
    Program *program = site->last->program;
    const std::vector<size_t> *fields = program->events->known_fields(*plan);
    if (fields == nullptr) {
        call_core([program, plan, &fields] { fields = &program->events->fields_for(*plan); });
    }
    Value *values = program->event_values.data();
    if (shape.properties < 0 || PG_ARGISNULL(shape.properties)) {
        for (const size_t field : *fields) {
            values[field].type = Value::Type::missing;
        }
        return;
    }
    fetch_fields(site->last->event_fields, site->fields_type, PG_GETARG_DATUM(shape.properties), fields->data(), fields->size(),
                 values);
}

// The usual step: one more event of a known kind, like all rows before it. False if this is another one.
inline bool take_usual_step(FunctionCallInfo fcinfo, const StepShape &shape) {
    auto *site = static_cast<CallSite *>(fcinfo->flinfo->fn_extra);
    if (site == nullptr || !site->usual || PG_ARGISNULL(0) || PG_ARGISNULL(kind_argument) || PG_ARGISNULL(at_argument)) {
        return false;
    }
    const TimestampTz at = PG_GETARG_TIMESTAMPTZ(at_argument);
    if (TIMESTAMP_NOT_FINITE(at)) {
        return false;
    }
    if (shape.scores) {
        if (shape.as_of >= 0 && PG_ARGISNULL(shape.as_of)) {
            return false;
        }
        const TimestampTz as_of = shape.as_of >= 0 ? PG_GETARG_TIMESTAMPTZ(shape.as_of) : GetCurrentTransactionStartTimestamp();
        if (as_of != site->uniform_as_of) {
            return false;
        }
        if (at > site->uniform_as_of) {
            return true;
        }
    }
    const auto *kind = reinterpret_cast<const text *>(PG_GETARG_POINTER(kind_argument));
    if (VARATT_IS_COMPRESSED(kind) || VARATT_IS_EXTERNAL(kind)) {
        return false;
    }
    const EventProgram *events = site->last->program->events.get();
    const KindPlan *plan = events->plan_for({VARDATA_ANY(kind), VARSIZE_ANY_EXHDR(kind)});
    if (plan == nullptr) {
        return true;
    }
    TallyState *state = known_state(PG_GETARG_DATUM(0));
    if (!events->meets_all(*plan)) {
        fetch_event_fields(fcinfo, shape, site, plan);
        match_and_wait(site, site->last->program, plan, state, at);
        return true;
    }
    WaitingHits *waiting = site->waiting;
    if (plan->evidence.size() > WaitingHits::capacity - waiting->used) {
        return false;
    }
    for (const uint32_t hit : plan->evidence) {
        waiting->hits[waiting->used++] = {state, events->entry_of(hit, at, 1)};
    }
    return true;
}

Datum step(FunctionCallInfo fcinfo, const StepShape &shape, int sign) {
    CallSite *site = CallSite::of(fcinfo, rules_argument, shape.properties);
    const bool fresh = PG_ARGISNULL(0);
    TallyState *state = !fresh && site->waiting != nullptr ? known_state(PG_GETARG_DATUM(0)) : open_state(fcinfo, site);
    const Datum result = PointerGetDatum(reinterpret_cast<char *>(state) + offsetof(ExpandedObjectHeader, eoh_rw_ptr));
    if (PG_ARGISNULL(rules_argument)) {
        if (fresh) {
            hand_over(site->waiting);
            site->uniform = false;
            site->usual = false;
        }
        return result;
    }
    CompiledRules *rules = site->rules(PG_GETARG_DATUM(rules_argument));
    SharedRules *shared = nullptr;
    int64_t as_of = PG_INT64_MAX;
    if (shape.scores) {
        as_of = shape.as_of >= 0 ? moment_argument(fcinfo, shape.as_of) : GetCurrentTransactionStartTimestamp();
        shared = site->share_rules(rules, PG_GETARG_DATUM(rules_argument));
    }
    check_uniform(site, rules->set, shared, as_of);
    site->usual = site->waiting != nullptr && site->uniform && site->constant_rules;
    if (site->waiting == nullptr) {
        state->rows += sign;
        if (state->rows == 0) {
            PG_RETURN_NULL(); // the last rules have left the frame: the server counts it anew
        }
    }
    if (fresh || !site->uniform || site->waiting == nullptr) {
        set_evidence(state, rules->set);
        if (shape.scores) {
            set_moment(state, shared, as_of);
        }
    }
    if (PG_ARGISNULL(kind_argument) || PG_ARGISNULL(at_argument)) {
        return result;
    }
    const TimestampTz at = PG_GETARG_TIMESTAMPTZ(at_argument);
    if (TIMESTAMP_NOT_FINITE(at) || at > as_of) {
        return result;
    }
    Program *program = rules->program;
    const text *kind = PG_GETARG_TEXT_PP(kind_argument);
    const KindPlan *plan = program->events->plan_for({VARDATA_ANY(kind), VARSIZE_ANY_EXHDR(kind)});
    if (plan == nullptr) {
        return result;
    }
    if (program->events->looks_at_fields(*plan)) {
        fetch_event_fields(fcinfo, shape, site, plan);
    }
    if (site->usual && !program->events->meets_all(*plan)) {
        match_and_wait(site, program, plan, state, at);
        return result;
    }
    const Met met = match_event(program, plan);
    if (met.count > 0 && site->uniform && site->waiting != nullptr) {
        let_wait(site, program, state, met.evidence, met.count, at);
    } else if (met.count > 0) {
        append_hits(program, state, met.evidence, met.count, at, sign);
    }
    return result;
}

// The rules and moment of the tally just read, which must be those of the state. The text is compared before a value is made of
// it: a parallel plan brings it with every group.
void take_rules(CallSite *site, TallyState *state) {
    const Tally *tally = site->tally;
    if (!tally->has_rules) {
        return;
    }
    SharedRules *known = site->last_rules;
    if (known != nullptr && rules_text(known->value) == tally->rules) {
        set_moment(state, known, tally->as_of);
        return;
    }
    struct varlena *rules = nullptr;
    call_core([tally, &rules] { rules = make_rules_value(tally->rules); });
    set_moment(state, site->share_rules_value(rules), tally->as_of);
}

// Adds (or takes back) a second tally, flat or expanded.
Datum merge(FunctionCallInfo fcinfo, int sign) {
    CallSite *site = CallSite::of(fcinfo, -1);
    TallyState *state = open_state(fcinfo, site);
    const bool had_evidence = state->set != nullptr;
    const bool had_rules = state->rules != nullptr;
    if (!PG_ARGISNULL(1)) {
        // A parallel plan brings the same evidence with every group.
        read_tally(PG_GETARG_DATUM(1), *site->tally, site->last_set != nullptr ? &site->last_set->digest : nullptr);
        state->rows += site->tally->unset ? 0 : sign;
        if (sign < 0 && state->rows == 0) {
            PG_RETURN_NULL(); // as in step()
        }
        add_to_state(site, state, *site->tally, sign);
        if (!site->tally->unset && had_evidence && site->tally->has_rules != had_rules) {
            ereport(ERROR,
                    (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("a state of lead_score() and a tally cannot be added")));
        }
        take_rules(site, state);
    }
    return EOHPGetRWDatum(&state->header);
}

} // namespace

} // namespace leadscore

using namespace leadscore;

extern "C" {

#define LEADSCORE_STEP(name, properties, as_of, scores)                                                                          \
    LEADSCORE_FUNCTION(leadscore_##name##_step);                                                                                 \
    Datum leadscore_##name##_step(PG_FUNCTION_ARGS) {                                                                            \
        constexpr StepShape shape = {properties, as_of, scores};                                                                 \
        return take_usual_step(fcinfo, shape) ? PG_GETARG_DATUM(0) : step(fcinfo, shape, 1);                                     \
    }                                                                                                                            \
    LEADSCORE_FUNCTION(leadscore_##name##_back);                                                                                 \
    Datum leadscore_##name##_back(PG_FUNCTION_ARGS) {                                                                            \
        return step(fcinfo, {properties, as_of, scores}, -1);                                                                    \
    }

LEADSCORE_STEP(tally, -1, -1, false)
LEADSCORE_STEP(tally_properties, 4, -1, false)
LEADSCORE_STEP(score_now, -1, -1, true)
LEADSCORE_STEP(score_properties_now, 4, -1, true)
LEADSCORE_STEP(score_as_of, -1, 4, true)
LEADSCORE_STEP(score_properties_as_of, 4, 5, true)

LEADSCORE_FUNCTION(leadscore_tally_combine);
LEADSCORE_FUNCTION(leadscore_tally_uncombine);
LEADSCORE_FUNCTION(leadscore_tally_final);
LEADSCORE_FUNCTION(leadscore_score_final);

Datum leadscore_tally_combine(PG_FUNCTION_ARGS) {
    return merge(fcinfo, 1);
}

Datum leadscore_tally_uncombine(PG_FUNCTION_ARGS) {
    return merge(fcinfo, -1);
}

// The state itself, as a value, or a flat one; NULL if no row had rules.
Datum leadscore_tally_final(PG_FUNCTION_ARGS) {
    if (PG_ARGISNULL(0)) {
        PG_RETURN_NULL();
    }
    // In a window the state goes on while results of earlier rows may be in use.
    const TallyState *state = state_of(PG_GETARG_DATUM(0));
    if (state != nullptr && fcinfo->context != nullptr && IsA(fcinfo->context, AggState)) {
        if (state->set == nullptr) {
            PG_RETURN_NULL();
        }
        return result_of_state(state);
    }
    CallSite *site = CallSite::of(fcinfo, -1);
    read_tally(PG_GETARG_DATUM(0), *site->tally, nullptr);
    if (site->tally->unset) {
        PG_RETURN_NULL();
    }
    struct varlena *value = nullptr;
    const Tally *tally = site->tally;
    call_core([tally, &value] { value = make_tally_value(*tally); });
    PG_RETURN_POINTER(value);
}

Datum leadscore_score_final(PG_FUNCTION_ARGS) {
    if (PG_ARGISNULL(0)) {
        PG_RETURN_NULL();
    }
    CallSite *site = CallSite::of(fcinfo, -1);
    Tally *tally = site->tally;
    TallyState *state = state_of(PG_GETARG_DATUM(0));
    struct varlena *value = nullptr;
    if (state == nullptr) {
        read_tally(PG_GETARG_DATUM(0), *tally, nullptr);
        if (!tally->has_rules) {
            PG_RETURN_NULL();
        }
        call_core([tally, &value] { value = make_rules_value(tally->rules); });
    } else if (state->rules == nullptr) {
        PG_RETURN_NULL();
    } else {
        value = state->rules->value;
    }
    CompiledRules *rules = site->rules(PointerGetDatum(value));
    Program *program = rules->program;
    const int64_t as_of = state != nullptr ? state->as_of : tally->as_of;
    if (state != nullptr) {
        hand_over(state->site->waiting);
    }
    const Scored *scored = nullptr;
    call_core([program, tally, state, as_of, &scored] {
        if (state != nullptr) {
            read_state(state, *tally, &program->evidence.digest);
        }
        scored = &program->scores->score(nullptr, tally, program->attribute_surroundings(as_of), nullptr);
    });
    if (scored->excluded) {
        PG_RETURN_NULL();
    }
    return score_numeric(scored->score, program->rules.score_decimals);
}
}
