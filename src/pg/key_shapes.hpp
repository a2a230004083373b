// Objects with the same keys as one before have their fields in the same places, so names need not be looked for again.
#pragma once

#include "key_walk.hpp"

namespace leadscore {

// The keys of an object as they lie in it, and where fields stand among them.
struct KeyShape {
    static constexpr uint32 most_key_bytes = 512;

    uint32 key_bytes;
    char entries[sizeof(uint32) * (1 + KeyWalk::most_keys)];
    char keys[most_key_bytes];
    uint8 places[FLEXIBLE_ARRAY_MEMBER]; // by field: 0: not looked for yet, else 1 + what KeyWalk::find() gave
};

// Plain data, zero at first; shapes are made in `context`, a few at most.
struct KeyShapes {
    static constexpr size_t most_fields = 1024;
    static constexpr size_t most_shapes = 16;

    MemoryContext context;
    size_t fields; // more than most_fields: no shape is known
    uint32 misses;
    KeyShape *shapes[most_shapes];
};

// For as much as a few keys take, no call.
inline bool are_same_bytes(const char *a, const char *b, size_t size) {
    const auto differ = [a, b](size_t at) {
        uint64 of_a = 0;
        uint64 of_b = 0;
        memcpy(&of_a, a + at, sizeof of_a);
        memcpy(&of_b, b + at, sizeof of_b);
        return of_a ^ of_b;
    };
    if (size < sizeof(uint64)) {
        return memcmp(a, b, size) == 0;
    }
    const size_t last = size - sizeof(uint64); // it may overlap the one before
    uint64 difference = differ(last);
    for (size_t at = 0; at < last; at += sizeof(uint64)) {
        difference |= differ(at);
    }
    return difference == 0;
}

// Takes a shape in, instead of another, if there was cause to; else null.
KeyShape *learn_shape(KeyShapes *shapes, KeyShape **place, const LyingObject &object);

// That of the object, until the next call; null: it is not known.
inline KeyShape *shape_of(KeyShapes *shapes, const LyingObject &object) {
    const uint32 count = object.count();
    const uint32 mixed = 3 * count + object.entry_or_head(count) + 5 * object.entry_or_head((count + 1) / 2); // lengths of keys
    KeyShape **place = &shapes->shapes[mixed % KeyShapes::most_shapes];
    KeyShape *shape = *place;
    if (shape != nullptr && are_same_bytes(shape->entries, object.key_entries(), object.key_entries_size()) &&
        are_same_bytes(shape->keys, object.data(), shape->key_bytes)) {
        return shape;
    }
    return learn_shape(shapes, place, object);
}

} // namespace leadscore
