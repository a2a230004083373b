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

// The object, and the names asked for, must outlive it.
class KeyWalk {
public:
    explicit KeyWalk(JsonbContainer *object)
        : object_(object), count_(JsonContainerSize(object)),
          data_(reinterpret_cast<char *>(object->children + static_cast<size_t>(2) * count_)) {
    }
    // Number of the key of that name, or -1. A name that comes before the last one starts again.
    int64 find(const char *name, int size);

    // The value of a key, as the server's own functions give it.
    JsonbValue value_of(uint32 key) const;

private:
    JsonbContainer *object_;
    uint32 count_;
    char *data_;
    uint32 key_ = 0;
    uint32 begin_ = 0; // of the key in the data
    const char *last_ = nullptr;
    int last_size_ = 0;
};

} // namespace leadscore
