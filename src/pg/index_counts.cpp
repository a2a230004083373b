// index_counts(): how many rows of a table have each value of the first column of one of its indexes. Values stand in the index,
// and whether a row is there is mostly told by the visibility map: the table itself is seldom read. SQL does so only for columns,
// not for expressions. No entry stands for several rows, for the server merges none of numerics: equal ones may differ in their
// digits.
#include "leaf_pages.hpp"
#include "result_rows.hpp"
#include "visible_rows.hpp"

#include <optional>

namespace leadscore {

namespace {

constexpr int columns = 2;

// Plain data: an index and its table, opened.
struct Opened {
    Relation index;
    Relation table;
};

bool may_read_whole(Oid table) {
    return pg_class_aclcheck(table, GetUserId(), ACL_SELECT) == ACLCHECK_OK &&
           check_enable_rls(table, InvalidOid, true) != RLS_ENABLED;
}

// As the planner would use it under this snapshot: rows changed in place before it was made may lack an entry that older ones
// need.
bool is_usable(Relation index) {
    return index->rd_rel->relkind == RELKIND_INDEX && index->rd_rel->relam == BTREE_AM_OID && index->rd_index->indisvalid &&
           TupleDescAttr(RelationGetDescr(index), 0)->atttypid == NUMERICOID &&
           index->rd_opfamily[0] == lookup_type_cache(NUMERICOID, TYPECACHE_BTREE_OPFAMILY)->btree_opf &&
           RelationGetIndexPredicate(index) == NIL &&
           (!index->rd_index->indcheckxmin ||
            TransactionIdPrecedes(HeapTupleHeaderGetXmin(index->rd_indextuple->t_data), TransactionXmin));
}

// The table first, as everywhere.
Opened open_index(Oid id, Oid table) {
    Opened opened = {nullptr, table_open(table, AccessShareLock)};
    opened.index = index_open(id, AccessShareLock);
    return opened;
}

void close(const Opened &opened) {
    index_close(opened.index, AccessShareLock);
    table_close(opened.table, AccessShareLock);
}

Opened open_countable(Oid id) {
    const Oid table = IndexGetRelation(id, true);
    if (!OidIsValid(table)) {
        const char *name = get_rel_name(id);
        ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE), errmsg("%s is no index", name != nullptr ? name : "that")));
    }
    if (!may_read_whole(table)) {
        ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                        errmsg("permission denied for all rows of table %s", get_rel_name(table)),
                        errhint("It takes SELECT on the table, and no row-level security.")));
    }
    const Opened opened = open_index(id, table);
    if (!is_usable(opened.index)) {
        ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                        errmsg("index %s cannot be counted", RelationGetRelationName(opened.index)),
                        errhint("It has to be a valid btree index of numerics, in their own order, and of all rows.")));
    }
    return opened;
}

// A value of the index and how many rows have it so far.
struct Run {
    Datum value;
    int64 rows;
};

bool are_same(Datum a, Datum b) {
    const auto *bytes = reinterpret_cast<const char *>(DatumGetPointer(a));
    const auto *others = reinterpret_cast<const char *>(DatumGetPointer(b));
    const Size size = VARSIZE_ANY(bytes);
    return size == VARSIZE_ANY(others) && memcmp(bytes, others, size) == 0;
}

class Counting {
public:
    Counting(const Opened &opened, ReturnSetInfo *result) : opened_(opened), result_(result) {
    }

    void run() {
        const Snapshot snapshot = GetActiveSnapshot();
        open_visible_rows(&rows_, opened_.table, snapshot);
        open_leaf_pages(&pages_, opened_.index, snapshot);
        for (Leaf leaf; next_leaf(&pages_, &leaf);) {
            if (const std::optional<Datum> value = only_value(leaf)) {
                count(*value, seen_rows(leaf));
            } else {
                count_each(leaf);
            }
        }
        put();
        close_leaf_pages(&pages_);
        close_visible_rows(&rows_);
    }

private:
    // Nothing: of null.
    std::optional<Datum> value_of(IndexTuple entry) const {
        bool is_null = false;
        const Datum value = index_getattr(entry, 1, RelationGetDescr(opened_.index), &is_null);
        return is_null ? std::nullopt : std::optional<Datum>(value);
    }

    // The value of all entries of a page, as nearly always where leads are many and scores are few: the others lie between the
    // first and the last.
    std::optional<Datum> only_value(const Leaf &leaf) const {
        const std::optional<Datum> first = value_of(entry_at(leaf, leaf.first));
        const std::optional<Datum> last = value_of(entry_at(leaf, leaf.last));
        return first && last && are_same(*first, *last) ? first : std::nullopt;
    }

    int64 seen_rows(Leaf leaf) {
        int64 rows = 0;
        for (IndexTuple entry = next_entry(&pages_, &leaf); entry != nullptr; entry = next_entry(&pages_, &leaf)) {
            rows += is_seen(&rows_, &entry->t_tid) ? 1 : 0;
        }
        return rows;
    }

    void count_each(Leaf leaf) {
        for (IndexTuple entry = next_entry(&pages_, &leaf); entry != nullptr; entry = next_entry(&pages_, &leaf)) {
            const std::optional<Datum> value = value_of(entry);
            if (value && is_seen(&rows_, &entry->t_tid)) {
                count(*value, 1);
            }
        }
    }

    void count(Datum value, int64 rows) {
        if (rows == 0) {
            return;
        }
        if (run_.rows > 0 && are_same(value, run_.value)) {
            run_.rows += rows;
            return;
        }
        put();
        run_ = {datumCopy(value, false, -1), rows};
    }

    void put() {
        if (run_.rows == 0) {
            return;
        }
        const Datum values[columns] = {run_.value, Int64GetDatum(run_.rows)};
        const bool nulls[columns] = {false, false};
        tuplestore_putvalues(result_->setResult, result_->setDesc, const_cast<Datum *>(values), const_cast<bool *>(nulls));
        pfree(DatumGetPointer(run_.value));
        run_.rows = 0;
    }

    Opened opened_;
    ReturnSetInfo *result_;
    VisibleRows rows_ = {};
    LeafPages pages_ = {};
    Run run_ = {0, 0};
};

} // namespace

} // namespace leadscore

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_index_counts);
LEADSCORE_FUNCTION(leadscore_is_countable);

Datum leadscore_index_counts(PG_FUNCTION_ARGS) {
    ReturnSetInfo *result = begin_rows(fcinfo);
    const Opened opened = open_countable(PG_GETARG_OID(0));
    Counting(opened, result).run();
    close(opened);
    return static_cast<Datum>(0);
}

Datum leadscore_is_countable(PG_FUNCTION_ARGS) {
    const Oid table = IndexGetRelation(PG_GETARG_OID(0), true);
    if (!OidIsValid(table) || !may_read_whole(table)) {
        PG_RETURN_BOOL(false);
    }
    const Opened opened = open_index(PG_GETARG_OID(0), table);
    const bool usable = is_usable(opened.index);
    close(opened);
    PG_RETURN_BOOL(usable);
}
}
