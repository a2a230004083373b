// What one call of one function in one query remembers from row to row: compiled rules, field lookups, evidence sets.
//
// It lives in the memory context of the call (fn_mcxt) and is freed with it, C++ objects through a reset callback.
#pragma once

#include "../core/tally.hpp"
#include "field_fetch.hpp"
#include "program.hpp"
#include "rules_value.hpp"

namespace leadscore {

// An evidence set that many states share; lives as long as the call site.
struct SharedSet {
    SetDigest digest;
    size_t count;
    EvidenceId ids[FLEXIBLE_ARRAY_MEMBER];
};

// Rules that many states of lead_score() share.
struct SharedRules {
    RulesDigest digest;
    struct varlena *value;
};

// Compiled rules, and how the argument looked: a toasted value is known by its toast pointer, others by their digest.
struct CompiledRules {
    MemoryContext memory; // of all that belongs to them
    MemoryContextCallback on_release;
    Program *program;
    bool usable;
    bool toasted;
    char pointer[sizeof(varatt_external)];
    RulesDigest digest;
    SharedSet *set;      // the program's evidence
    SharedRules *shared; // made on first use
    FieldFetch *event_fields;
    FieldFetch *attribute_fields;
};

struct WaitingHits;

// A child of an aggregate's context in which states live; there is one for each grouping set. It lies in that child itself.
struct StateContext {
    MemoryContextCallback callback;
    StateContext *next;
    struct CallSite *site;
    MemoryContext parent;
    MemoryContext context;
};

// Plain data made by palloc0.
struct CallSite {
    static constexpr int most_compiled = 8;

    MemoryContext context;
    MemoryContextCallback on_release;
    Oid fields_type;     // of attributes or properties; invalid if the call has none
    bool constant_rules; // the argument cannot change while the query runs
    CompiledRules *last;
    CompiledRules compiled[most_compiled];
    int next;           // to be replaced next
    HTAB *sets;         // of SharedSet * by digest
    SharedSet *last_set;
    HTAB *shared_rules; // of SharedRules * by digest
    SharedRules *last_rules;
    StateContext *state_contexts;
    WaitingHits *waiting; // null: hits may not wait, for some state may not be of our making
    // Whether all rows so far, of all states there are, had the same evidence, rules and moment.
    bool uniform;
    bool usual; // that, rules that cannot change, and room for hits to wait: the next row is likely to bring one more hit only
    SharedSet *uniform_set; // null: no row yet
    SharedRules *uniform_rules;
    int64_t uniform_as_of;
    const HitSets *hit_sets; // of the rules, once entries of states may stand for sets of hits; null: none does
    Tally *tally;            // read and written within one call
    TupleDesc result;

    // The site of this call, made on the first one. Numbers of the arguments that hold rules, and attributes or properties; -1:
    // none.
    static CallSite *of(FunctionCallInfo fcinfo, int rules_argument, int fields_argument = -1);

    // The compiled form of a rules argument; where rules change from row to row, the latest few stay compiled.
    CompiledRules *rules(Datum argument);

    SharedSet *share_set(const EvidenceId *ids, size_t count, const SetDigest &digest);
    SharedRules *share_rules(CompiledRules *compiled, Datum argument);
    SharedRules *share_rules_value(const struct varlena *value);

    // The child of an aggregate's context in which its states live.
    MemoryContext context_for_states(MemoryContext aggregate_context);
};

} // namespace leadscore
