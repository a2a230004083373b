// Every test of the server's major version stands here. Supported: 14 to 18.
#pragma once

#if PG_VERSION_NUM < 140000 || PG_VERSION_NUM >= 190000
#error "leadscore supports PostgreSQL 14 to 18"
#endif

extern "C" {
#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#include "varatt.h"
#endif
}

// From 16 on, input functions report bad input softly, so that pg_input_is_valid() works.
#if PG_VERSION_NUM >= 160000
#define LEADSCORE_ESCONTEXT(fcinfo) ((fcinfo)->context)
#define LEADSCORE_RAISE(escontext, ...) errsave(escontext, __VA_ARGS__)
#else
#define LEADSCORE_ESCONTEXT(fcinfo) (static_cast<Node *>(nullptr))
#define LEADSCORE_RAISE(escontext, ...)                                                                                          \
    do {                                                                                                                         \
        static_cast<void>(escontext);                                                                                            \
        ereport(ERROR, __VA_ARGS__);                                                                                             \
    } while (0)
#endif

// 18 wants the version of the library in the magic block.
#if PG_VERSION_NUM >= 180000
#define LEADSCORE_MODULE_MAGIC PG_MODULE_MAGIC_EXT(.name = "leadscore", .version = "1.0")
#else
#define LEADSCORE_MODULE_MAGIC PG_MODULE_MAGIC
#endif

#if PG_VERSION_NUM >= 160000
#define LEADSCORE_OWNS_TABLE(table, role) object_ownercheck(RelationRelationId, table, role)
#else
#define LEADSCORE_OWNS_TABLE(table, role) pg_class_ownercheck(table, role)
#endif

#if PG_VERSION_NUM >= 160000
#define LEADSCORE_MAY_USE_SCHEMA(schema, role) (object_aclcheck(NamespaceRelationId, schema, role, ACL_USAGE) == ACLCHECK_OK)
#else
#define LEADSCORE_MAY_USE_SCHEMA(schema, role) (pg_namespace_aclcheck(schema, role, ACL_USAGE) == ACLCHECK_OK)
#endif

#if PG_VERSION_NUM >= 180000
#define LEADSCORE_PRIMARY_KEY_INDEX(table) RelationGetPrimaryKeyIndex(table, false)
#else
#define LEADSCORE_PRIMARY_KEY_INDEX(table) RelationGetPrimaryKeyIndex(table)
#endif

#if PG_VERSION_NUM >= 180000
#define LEADSCORE_INDEX_BEGINSCAN(table, index, snapshot, keys) index_beginscan(table, index, snapshot, nullptr, keys, 0)
#else
#define LEADSCORE_INDEX_BEGINSCAN(table, index, snapshot, keys) index_beginscan(table, index, snapshot, keys, 0)
#endif

// The table is locked.
#if PG_VERSION_NUM >= 160000
#define LEADSCORE_ENABLE_TRIGGER(table, name, enabled) EnableDisableTrigger(table, name, InvalidOid, enabled, false, false, ShareRowExclusiveLock)
#else
#define LEADSCORE_ENABLE_TRIGGER(table, name, enabled) EnableDisableTrigger(table, name, enabled, false, ShareRowExclusiveLock)
#endif

// Locked; invalid if the index is empty. Until 16 it asks for a snapshot, to find that it is too old.
#if PG_VERSION_NUM >= 170000
#define LEADSCORE_FIRST_LEAF(index) _bt_get_endpoint(index, 0, false)
#else
#define LEADSCORE_FIRST_LEAF(index) _bt_get_endpoint(index, 0, false, GetActiveSnapshot())
#endif

#if PG_VERSION_NUM >= 160000
#define LEADSCORE_EVAL_PLAN_QUAL_INIT(recheck, estate) EvalPlanQualInit(recheck, estate, nullptr, NIL, -1, NIL)
#else
#define LEADSCORE_EVAL_PLAN_QUAL_INIT(recheck, estate) EvalPlanQualInit(recheck, estate, nullptr, NIL, -1)
#endif

// One table, with the columns that are changed: until 15 they stand in its entry, from 16 on beside it; 18 wants to know which
// are not pruned.
#if PG_VERSION_NUM >= 160000
#if PG_VERSION_NUM >= 180000
#define LEADSCORE_UNPRUNED , bms_make_singleton(1)
#else
#define LEADSCORE_UNPRUNED
#endif
#define LEADSCORE_INIT_RANGE_TABLE(estate, entry, updated)                                                                       \
    do {                                                                                                                         \
        List *rights = NIL;                                                                                                      \
        addRTEPermissionInfo(&rights, entry)->updatedCols = (updated);                                                           \
        ExecInitRangeTable(estate, list_make1(entry), rights LEADSCORE_UNPRUNED);                                                \
    } while (0)
#else
#define LEADSCORE_INIT_RANGE_TABLE(estate, entry, updated)                                                                       \
    do {                                                                                                                         \
        (entry)->updatedCols = (updated);                                                                                        \
        ExecInitRangeTable(estate, list_make1(entry));                                                                           \
    } while (0)
#endif

// From 16 on, a write tells whether only summaries of pages must follow.
#if PG_VERSION_NUM >= 160000
#define LEADSCORE_UPDATED_INDEXES TU_UpdateIndexes
#define LEADSCORE_ONLY_SUMMARIES(updated) ((updated) == TU_Summarizing)
#define LEADSCORE_MUST_UPDATE_INDEXES(updated) ((updated) != TU_None)
#define LEADSCORE_UPDATE_INDEXES(result, slot, estate, updated)                                                                  \
    ExecInsertIndexTuples(result, slot, estate, true, false, nullptr, NIL, (updated) == TU_Summarizing)
#else
#define LEADSCORE_UPDATED_INDEXES bool
#define LEADSCORE_ONLY_SUMMARIES(updated) false
#define LEADSCORE_MUST_UPDATE_INDEXES(updated) (updated)
#define LEADSCORE_UPDATE_INDEXES(result, slot, estate, updated)                                                                  \
    (static_cast<void>(updated), ExecInsertIndexTuples(result, slot, estate, true, false, nullptr, NIL))
#endif

#if PG_VERSION_NUM >= 180000
#define LEADSCORE_HAS_VIRTUAL_COLUMNS(row) ((row)->constr != nullptr && (row)->constr->has_generated_virtual)
#else
#define LEADSCORE_HAS_VIRTUAL_COLUMNS(row) false
#endif

// Until 15 the walker's type says nothing of its arguments, which C++ takes for none.
#if PG_VERSION_NUM >= 160000
#define LEADSCORE_WALK_EXPRESSION(node, walker, context) expression_tree_walker(node, walker, context)
#else
#define LEADSCORE_WALK_EXPRESSION(node, walker, context)                                                                         \
    expression_tree_walker(node, reinterpret_cast<bool (*)()>(reinterpret_cast<void (*)()>(walker)), context)
#endif

// Whether updates of a table are published, and whether what is published of them goes with its replica identity: filters and lists of columns came with 15,
// generated columns with 18.
#if PG_VERSION_NUM >= 150000
#if PG_VERSION_NUM >= 180000
#define LEADSCORE_GENERATED_COLUMNS_FIT(description) (description).gencols_valid_for_update
#else
#define LEADSCORE_GENERATED_COLUMNS_FIT(description) true
#endif
#define LEADSCORE_FIND_PUBLISHED_UPDATES(table, published, fit)                                                                  \
    do {                                                                                                                         \
        PublicationDesc description;                                                                                             \
        RelationBuildPublicationDesc(table, &description);                                                                       \
        (published) = description.pubactions.pubupdate;                                                                          \
        (fit) = description.rf_valid_for_update && description.cols_valid_for_update && LEADSCORE_GENERATED_COLUMNS_FIT(description); \
    } while (0)
#else
#define LEADSCORE_FIND_PUBLISHED_UPDATES(table, published, fit)                                                                  \
    do {                                                                                                                         \
        (published) = GetRelationPublicationActions(table)->pubupdate;                                                           \
        (fit) = true;                                                                                                            \
    } while (0)
#endif

#if PG_VERSION_NUM >= 170000
#define LEADSCORE_HOLDS_LOCK(tag, mode) LockHeldByMe(tag, mode, false)
#else
#define LEADSCORE_HOLDS_LOCK(tag, mode) LockHeldByMe(tag, mode)
#endif
