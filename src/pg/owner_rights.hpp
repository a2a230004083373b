// Upkeep and administration work as the owner of the leads table: user, security context and search path of that time, and back.
//
// What users have put on the tables (triggers, casts, functions of indexes) runs then as if the owner had made the write in a session of
// his own: with his rights, and where it names things without a schema, by his search path. By the path of whoever writes the event, that
// one could put his own code in the way. Where PostgreSQL or somebody with more rights than the owner's is at work, nothing may be left that runs later as
// them: deferred triggers, settings of the session.
#pragma once

#include "model.hpp"

namespace leadscore {

// Plain data: an error on the way restores all of it by the transaction's end.
struct OwnerRights {
    Oid user;
    int context;
    int settings; // nest level of settings that ends with them; 0: none
};
OwnerRights rights_now();

// `guarded`: settings end with these rights in any case. A CHECK may call set_config(), which is no function of users'.
OwnerRights become_owner(const Model *model, bool guarded = false);

// `undo`: what was set meanwhile, too, if settings end with these rights.
void become_self(const OwnerRights &rights, bool undo = false);

// Of the owner, for a write of lead columns: where nobody is to be guarded, what is on the table may do all that it may in a session of the owner's.
// A path is set; null: it stays. Ends with become_self(…, guarded).
OwnerRights begin_lead_write(const char *path, bool guarded);

// Whether a role may do whatever another may: it is that one, a member of it, or a superuser.
bool has_power(Oid role, Oid other);

// Whether who was at work before the owner must not be left anything that runs later.
bool is_guarded(const OwnerRights &before, Oid owner);

// The search path of an owner in a session of his own, then the schema of the table if nobody else may make things in it, then temporary things. In the current memory context.
const char *path_of_owner(Oid owner, Oid table);

// Sets a path until become_self(). And row_security: off in the session of who writes, it would
// make each query fail that a policy is for, such as that of contacts which are not the owner's.
int begin_settings(const char *path);

// Whether tables of a model have columns of users' types, or its own tables something of users', whose functions upkeep calls.
bool runs_users_code(const Model *model);

} // namespace leadscore
