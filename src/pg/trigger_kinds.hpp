// Questions about triggers.
#pragma once

#include "server.hpp"

namespace leadscore {

// Whether it is enabled for this session.
inline bool fires(const Trigger *trigger) {
    if (SessionReplicationRole == SESSION_REPLICATION_ROLE_REPLICA) {
        return trigger->tgenabled == TRIGGER_FIRES_ALWAYS || trigger->tgenabled == TRIGGER_FIRES_ON_REPLICA;
    }
    return trigger->tgenabled == TRIGGER_FIRES_ALWAYS || trigger->tgenabled == TRIGGER_FIRES_ON_ORIGIN;
}

// Whether both call the same function with the same arguments.
inline bool is_same_call(const Trigger *one, const Trigger *other) {
    bool same = one->tgfoid == other->tgfoid && one->tgnargs == other->tgnargs;
    for (int n = 0; same && n < one->tgnargs; ++n) {
        same = strcmp(one->tgargs[n], other->tgargs[n]) == 0;
    }
    return same;
}

} // namespace leadscore
