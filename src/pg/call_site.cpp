// What one call of one function in one query remembers from row to row.
#include "call_site.hpp"

#include "tally_state.hpp"

#include <algorithm>

namespace leadscore {

namespace {

// The memory of compiled rules is being reset, and their C++ objects with it.
void forget_compiled(void *argument) {
    auto *compiled = static_cast<CompiledRules *>(argument);
    compiled->usable = false;
    delete compiled->program;
    compiled->program = nullptr;
}

void release(void *argument) {
    auto *site = static_cast<CallSite *>(argument);
    delete site->tally;
    site->tally = nullptr;
}

// What states share, by the 16 bytes of its digest.
struct Shared {
    unsigned char digest[16];
    void *value;
};

// The place of a digest; the caller fills in a new one at once. A failure in between leaves a null value, which counts as not
// found.
Shared *enter(HTAB **table, MemoryContext context, const unsigned char *digest, bool *found) {
    if (*table == nullptr) {
        HASHCTL control = {};
        control.keysize = sizeof(Shared::digest);
        control.entrysize = sizeof(Shared);
        control.hcxt = context;
        *table = hash_create("leadscore shared", 16, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
    }
    auto *place = static_cast<Shared *>(hash_search(*table, digest, HASH_ENTER, found));
    if (!*found) {
        place->value = nullptr;
    }
    *found = place->value != nullptr;
    return place;
}

// An aggregate's context is being reset, and our child with it.
void forget_states(void *argument) {
    auto *gone = static_cast<StateContext *>(argument);
    CallSite *site = gone->site;
    for (StateContext **link = &site->state_contexts; *link != nullptr; link = &(*link)->next) {
        if (*link == gone) {
            *link = gone->next;
            break;
        }
    }
    if (site->waiting != nullptr) {
        drop_waiting(site->waiting, gone->context);
    }
    if (site->state_contexts == nullptr) {
        site->uniform = true;
        site->usual = false;
        site->uniform_set = nullptr;
    }
}

// Whether every state this step is given was made by it: so unless somebody made an aggregate of it with an initial value.
bool makes_all_states(FunctionCallInfo fcinfo) {
    if (fcinfo->context == nullptr || !IsA(fcinfo->context, AggState)) {
        return false;
    }
    const Aggref *aggref = AggGetAggref(fcinfo);
    if (aggref == nullptr) {
        return false;
    }
    HeapTuple aggregate = SearchSysCache1(AGGFNOID, ObjectIdGetDatum(aggref->aggfnoid));
    if (!HeapTupleIsValid(aggregate)) {
        return false;
    }
    bool no_initial_value = false;
    SysCacheGetAttr(AGGFNOID, aggregate, Anum_pg_aggregate_agginitval, &no_initial_value);
    const auto *form = reinterpret_cast<Form_pg_aggregate>(GETSTRUCT(aggregate));
    const bool is_step = form->aggtransfn == fcinfo->flinfo->fn_oid && !DO_AGGSPLIT_COMBINE(aggref->aggsplit);
    ReleaseSysCache(aggregate);
    return no_initial_value && is_step;
}

bool is_constant(Node *expression) {
    return expression != nullptr &&
           (IsA(expression, Const) || (IsA(expression, Param) && castNode(Param, expression)->paramkind == PARAM_EXTERN));
}

// Not get_fn_expr_arg_stable(): PL/pgSQL keeps the call of a simple expression, and what it remembers, while its variables
// change.
bool is_written_out(Node *call, int argument) {
    if (call == nullptr || !IsA(call, FuncExpr)) {
        return false;
    }
    List *arguments = castNode(FuncExpr, call)->args;
    return argument < list_length(arguments) && IsA(list_nth(arguments, argument), Const);
}

// Whether the rules are the same for every row. The call of an aggregate's function does not know; its Aggref does.
bool rules_are_constant(FunctionCallInfo fcinfo, int argument) {
    if (argument < 0) {
        return false;
    }
    if (fcinfo->context != nullptr && (IsA(fcinfo->context, AggState) || IsA(fcinfo->context, WindowAggState))) {
        const Aggref *aggref = AggGetAggref(fcinfo);
        const int place = argument - 1; // the state comes first
        return aggref != nullptr && place >= 0 && place < list_length(aggref->args) && aggref->aggsplit == AGGSPLIT_SIMPLE &&
               is_constant(reinterpret_cast<Node *>(castNode(TargetEntry, list_nth(aggref->args, place))->expr));
    }
    return is_written_out(fcinfo->flinfo->fn_expr, argument);
}

} // namespace

CallSite *CallSite::of(FunctionCallInfo fcinfo, int rules_argument, int fields_argument) {
    auto *site = static_cast<CallSite *>(fcinfo->flinfo->fn_extra);
    if (site != nullptr) {
        return site;
    }
    const Oid fields_type = fields_argument >= 0 ? get_fn_expr_argtype(fcinfo->flinfo, fields_argument) : InvalidOid;
    if (fields_argument >= 0) {
        require_fields(fields_type);
    }
    site = static_cast<CallSite *>(MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(CallSite)));
    site->context = fcinfo->flinfo->fn_mcxt;
    site->fields_type = fields_type;
    site->constant_rules = rules_are_constant(fcinfo, rules_argument);
    site->on_release.func = release;
    site->on_release.arg = site;
    MemoryContextRegisterResetCallback(site->context, &site->on_release);
    call_core([site] { site->tally = new Tally(); });
    site->uniform = true;
    if (rules_argument > 0 && makes_all_states(fcinfo)) {
        site->waiting = static_cast<WaitingHits *>(MemoryContextAlloc(site->context, sizeof(WaitingHits)));
        site->waiting->used = 0;
    }
    fcinfo->flinfo->fn_extra = site;
    return site;
}

CompiledRules *CallSite::rules(Datum argument) {
    if (constant_rules && last != nullptr) {
        return last;
    }
    auto *raw = reinterpret_cast<struct varlena *>(DatumGetPointer(argument));
    const bool toasted = VARATT_IS_EXTERNAL_ONDISK(raw);
    char pointer[sizeof(varatt_external)];
    RulesDigest digest;
    struct varlena *value = raw;
    if (toasted) {
        memcpy(pointer, VARDATA_EXTERNAL(raw), sizeof pointer);
    } else {
        value = VARATT_IS_EXTENDED(raw) && !VARATT_IS_SHORT(raw) ? detoast_attr(raw) : raw;
        digest = rules_digest(value);
    }
    const auto is_it = [&](const CompiledRules &one) {
        return one.usable && one.toasted == toasted &&
               (toasted ? memcmp(one.pointer, pointer, sizeof pointer) == 0 : one.digest == digest);
    };
    if (last != nullptr && is_it(*last)) {
        return last;
    }
    for (CompiledRules &candidate : compiled) {
        if (is_it(candidate)) {
            last = &candidate;
            return last;
        }
    }
    CompiledRules *slot = &compiled[next];
    next = (next + 1) % most_compiled;
    slot->usable = false;
    if (toasted) {
        value = detoast_attr(raw);
        digest = rules_digest(value);
    }
    // Emptied each time, so that rules which change from row to row leave nothing behind.
    if (slot->memory == nullptr) {
        slot->memory = AllocSetContextCreate(context, "leadscore rules", ALLOCSET_SMALL_SIZES);
    }
    MemoryContextReset(slot->memory);
    slot->on_release.func = forget_compiled;
    slot->on_release.arg = slot;
    MemoryContextRegisterResetCallback(slot->memory, &slot->on_release);
    compile_program(slot->program, value, slot->memory);
    const Program &program = *slot->program;
    slot->toasted = toasted;
    memcpy(slot->pointer, pointer, sizeof pointer);
    slot->digest = digest;
    slot->set = share_set(program.evidence.ids.data(), program.evidence.ids.size(), program.evidence.digest);
    slot->shared = nullptr;
    slot->event_fields = make_field_fetch(program.events->field_names(), slot->memory);
    slot->attribute_fields = make_field_fetch(program.scores->field_names(), slot->memory);
    slot->usable = true;
    // Should come once per call in a query; the tests count it.
    elog(DEBUG1, "leadscore compiled a document of %zu bytes", rules_text(value).size());
    last = slot;
    return slot;
}

SharedSet *CallSite::share_set(const EvidenceId *ids, size_t count, const SetDigest &digest) {
    if (last_set != nullptr && last_set->digest == digest) {
        return last_set;
    }
    bool found = false;
    Shared *place = enter(&sets, context, digest.data(), &found);
    if (found) {
        last_set = static_cast<SharedSet *>(place->value);
        return last_set;
    }
    auto *set = static_cast<SharedSet *>(MemoryContextAlloc(context, offsetof(SharedSet, ids) + count * sizeof(EvidenceId)));
    set->digest = digest;
    set->count = count;
    std::copy(ids, ids + count, set->ids); // there may be none, and no address then
    place->value = set;
    last_set = set;
    return set;
}

SharedRules *CallSite::share_rules_value(const struct varlena *value) {
    const RulesDigest digest = rules_digest(value);
    bool found = false;
    Shared *place = enter(&shared_rules, context, digest.data(), &found);
    if (found) {
        last_rules = static_cast<SharedRules *>(place->value);
        return last_rules;
    }
    auto *shared = static_cast<SharedRules *>(MemoryContextAlloc(context, sizeof(SharedRules)));
    const size_t size = VARSIZE_ANY_EXHDR(value) + VARHDRSZ;
    shared->value = static_cast<struct varlena *>(MemoryContextAlloc(context, size));
    SET_VARSIZE(shared->value, size);
    memcpy(VARDATA(shared->value), VARDATA_ANY(value), size - VARHDRSZ);
    shared->digest = digest;
    place->value = shared;
    last_rules = shared;
    return shared;
}

SharedRules *CallSite::share_rules(CompiledRules *rules, Datum argument) {
    if (rules->shared == nullptr) {
        auto *value = reinterpret_cast<struct varlena *>(PG_DETOAST_DATUM_PACKED(argument));
        rules->shared = share_rules_value(value);
    }
    return rules->shared;
}

MemoryContext CallSite::context_for_states(MemoryContext aggregate_context) {
    for (const StateContext *known = state_contexts; known != nullptr; known = known->next) {
        if (known->parent == aggregate_context) {
            return known->context;
        }
    }
    MemoryContext child = AllocSetContextCreate(aggregate_context, "leadscore tallies", ALLOCSET_DEFAULT_SIZES);
    auto *fresh = static_cast<StateContext *>(MemoryContextAllocZero(child, sizeof(StateContext)));
    fresh->site = this;
    fresh->parent = aggregate_context;
    fresh->context = child;
    fresh->next = state_contexts;
    fresh->callback.func = forget_states;
    fresh->callback.arg = fresh;
    MemoryContextRegisterResetCallback(child, &fresh->callback);
    state_contexts = fresh;
    return child;
}

} // namespace leadscore
