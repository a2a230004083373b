// Work that may fail without its failure being that of the statement it serves.
#include "care.hpp"

#include "subtransaction.hpp"

namespace leadscore {

bool is_of_server(int sqlstate) {
    switch (ERRCODE_TO_CATEGORY(sqlstate)) {
    case ERRCODE_TO_CATEGORY(ERRCODE_TRANSACTION_ROLLBACK):
    case ERRCODE_TO_CATEGORY(ERRCODE_INSUFFICIENT_RESOURCES):
    case ERRCODE_TO_CATEGORY(ERRCODE_OPERATOR_INTERVENTION):
    case ERRCODE_TO_CATEGORY(ERRCODE_SYSTEM_ERROR):
        return true;
    default:
        // A circle of triggers through us that never ends: to try again at each of its levels would take for ever.
        if (sqlstate == ERRCODE_STATEMENT_TOO_COMPLEX) {
            return true;
        }
        return sqlstate == ERRCODE_LOCK_NOT_AVAILABLE || sqlstate == ERRCODE_DATA_CORRUPTED ||
               sqlstate == ERRCODE_INDEX_CORRUPTED;
    }
}

namespace {

struct Careful {
    CareWork work;
    void *argument;
};

bool do_all_of_it(void *argument) {
    const auto *careful = static_cast<const Careful *>(argument);
    careful->work(careful->argument);
    return true;
}

} // namespace

bool run_with_care(CareWork work, void *argument, const char **message) {
    Careful careful = {work, argument};
    ErrorData *error = nullptr;
    if (try_keep_if(do_all_of_it, &careful, &error)) {
        return true;
    }
    if (is_of_server(error->sqlerrcode)) {
        ReThrowError(error);
    }
    *message = error->message;
    return false;
}

} // namespace leadscore
