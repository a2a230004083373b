# shellcheck shell=bash
# The CRM of tables.sql with its models, for parts that start servers of their own. To be sourced after server.sh and tap.sh.

CRM=$ROOT/test/server

# crm_roles: once per server. None of them is a superuser.
crm_roles() {
  sql -c "CREATE ROLE crm_owner LOGIN" -c "CREATE ROLE crm_app LOGIN" -c "CREATE ROLE restorer LOGIN SUPERUSER"
}

# crm_database NAME: a new database of the owner, with the extension, and it becomes PGDATABASE.
crm_database() {
  createdb --maintenance-db=postgres -O crm_owner "$1"
  export PGDATABASE=$1
  sql -c "CREATE EXTENSION leadscore"
}

as_owner() { sql -U crm_owner "$@"; }

crm_fill() {
  as_owner -f "$CRM/tables.sql"
  as_owner -f "$CRM/fill.sql"
}
crm_models() { as_owner -f "$CRM/models.sql" -f "$CRM/adjust.sql" >/dev/null; }

# crm_write SEED STEPS: mixed writes in one transaction.
crm_write() { as_owner -c "SELECT setseed($1)" -c "SELECT crm.write_some($2)" >/dev/null; }

# What the models store otherwise than a recomputation finds: nothing.
differences() {
  sql -c "SELECT m.name, v.* FROM leadscore.model m CROSS JOIN LATERAL leadscore.verify(m.name) v ORDER BY 1, 2" 2>&1
}
# What plain SQL over the tables finds otherwise than the models tell: nothing. Brings all models up to date first.
inequalities() {
  sql -c "SELECT leadscore.refresh(name) FROM leadscore.model ORDER BY name" 2>&1 | grep -v '^[0-9]*$' || true
  sql -f "$CRM/equal.sql" 2>&1
}
# holds NAME: both of it, as two tests.
holds() {
  same "$1: verify is empty" "" "$(differences | head -n 20)"
  same "$1: plain SQL finds the same scores" "" "$(inequalities | head -n 20)"
}
# still_maintained NAME SEED: further writes, and both of it again.
still_maintained() {
  check "$1: the CRM goes on writing" crm_write "$2" 150
  holds "$1, after further writes"
}
