// Who writes scores, and who changes the rules they are scored by.
#include "rules_lock.hpp"

namespace leadscore {

namespace {

constexpr uint16 class_of_rules = 80; // of advisory locks, see KeyLock

LOCKTAG tag_of(Oid scores) {
    LOCKTAG tag;
    SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, scores, 0, class_of_rules);
    return tag;
}

bool take(Oid scores, LOCKMODE mode, bool wait) {
    const LOCKTAG tag = tag_of(scores);
    const LockAcquireResult result = LockAcquire(&tag, mode, false, !wait);
    if (result == LOCKACQUIRE_OK) {
        AcceptInvalidationMessages(); // whoever had it before may have changed the rules
    }
    return result != LOCKACQUIRE_NOT_AVAIL;
}

} // namespace

bool share_rules(Oid scores) {
    return take(scores, ShareLock, false);
}

bool holds_rules(Oid scores) {
    const LOCKTAG tag = tag_of(scores);
    return LEADSCORE_HOLDS_LOCK(&tag, ExclusiveLock);
}

bool hold_rules(Oid scores, bool wait) {
    // Its own scoring shares it later, and would get nothing behind another one that waits to hold it.
    return take(scores, ExclusiveLock, wait) && take(scores, ShareLock, true);
}

} // namespace leadscore
