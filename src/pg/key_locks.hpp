// Locks on keys of rows that are not there, or not yet for others to see: two transactions that each write what the other one
// looks for meet at them. Held until the transaction ends.
#pragma once

#include "batch.hpp"

namespace leadscore {

// What a key is of.
enum class KeyLock : uint16 { contact = 77, related = 78, lead = 79 }; // 80 is the lock on rules, rules_lock.cpp

// What a transaction does with a key. Those who look for its rows exclude those whose row comes, and not each other. Who brings one of several rows
// of a key excludes the others who do, too: each of them may go on to look for its rows.
enum class KeyUse { looked_for, comes, comes_of_several };

uint64 hash_of_key(const KeyColumn *keys, int count, const Datum *key);
uint64 hash_of_value(Oid type, Oid collation, Datum value);

// Several keys at a place (a hash of tables), hashed by hash_of_key(). Many keys are locked all at once, by two locks of the place. Sorts the
// hashes. Tells whether it was all at once.
bool lock_keys(KeyLock what, uint64 place, uint64 *hashes, size_t count, KeyUse use);

// Gives back what lock_keys() has just taken for who looks for rows; what the transaction had before stays.
void unlock_keys(KeyLock what, uint64 place, const uint64 *hashes, size_t count, bool all);

// One key of a lead, for one transaction alone. Does nothing in a transaction that has many such locks already: they are only
// there to keep its order with others, and the server's room for locks is small. False then, and if the transaction had it before.
bool lock_lead_key(const Model *model, const Datum *key);

// The same without waiting: false only if somebody else has it.
bool try_lead_key(const Model *model, const Datum *key);

// Until nobody else has it.
void wait_for_lead_key(const Model *model, const Datum *key);

// Gives back what lock_lead_key() has just taken.
void unlock_lead_key(const Model *model, const Datum *key);

uint64 place_of(Oid one, Oid other);

} // namespace leadscore
