// The keys of a jsonb object, passed through from one wanted name to the next: names in the order of keys are found in one go.
#pragma once

#include "../core/value.hpp"
#include "server.hpp"

namespace leadscore {

// The order of keys in a jsonb object: shorter ones first, then by their bytes.
inline int key_order(const char *a, int a_size, const char *b, int b_size) {
    return a_size != b_size ? a_size - b_size : memcmp(a, b, static_cast<size_t>(a_size));
}

// The value of one name: as a key or, if there is none, as a path.
Value find_value(JsonbContainer *object, const char *name, int size);

// Reads a jsonb object where it lies: at any address, so that short values need no copy in the right place.
class KeyWalk {
public:
    // Whether the value, without its length word, is an object that is walked through rather than searched for `wanted` names.
    static bool is_worth_it(const char *json, size_t wanted);

    // The value, and the names asked for, must outlive it.
    explicit KeyWalk(const char *json);

    // Reads the value of a key; false, and it is not read, if it is an array, or if there is no such key.
    enum class Found : uint8_t { read, array, nothing };
    Found find(const char *name, int size, Value &value);

private:
    static constexpr uint32 most_keys = 64;

    static uint32 word_at(const char *at) {
        uint32 word = 0;
        memcpy(&word, at, sizeof word);
        return word;
    }
    JEntry entry(uint32 index) const {
        return word_at(json_ + sizeof(uint32) * (1 + index));
    }
    uint32 begin_of(uint32 index) const {
        return index > 0 ? ends_[index - 1] : 0;
    }
    Found read(uint32 key, Value &value) const;

    const char *json_;
    const char *data_;
    uint32 count_;
    uint32 key_ = 0;
    const char *last_ = nullptr;
    int last_size_ = 0;
    uint32 ends_[2 * most_keys]; // in the data: of all keys, then of all values
};

} // namespace leadscore
