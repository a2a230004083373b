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

// A jsonb object where it lies: at any address, so that short values need no copy in the right place.
class LyingObject {
public:
    // The value without its length word; it must outlive this.
    explicit LyingObject(const char *json) : json_(json), head_(word_at(json)) {
    }
    bool is_object() const {
        return (head_ & JB_FOBJECT) != 0;
    }
    uint32 count() const {
        return head_ & JB_CMASK;
    }
    // Of keys, then of values.
    JEntry entry(uint32 index) const {
        return entry_or_head(1 + index);
    }
    // The entry before that number; 0: the head.
    uint32 entry_or_head(uint32 number) const {
        return word_at(json_ + sizeof(uint32) * number);
    }
    // Where an entry ends that begins at `begin`.
    uint32 end_of(uint32 index, uint32 begin) const {
        const JEntry each = entry(index);
        return JBE_OFFLENFLD(each) + (JBE_HAS_OFF(each) ? 0 : begin);
    }
    // The head and the entries of the keys.
    const char *key_entries() const {
        return json_;
    }
    size_t key_entries_size() const {
        return sizeof(uint32) * (1 + count());
    }
    // All keys, then all values.
    const char *data() const {
        return json_ + sizeof(uint32) * (1 + 2 * static_cast<size_t>(count()));
    }
    uint32 key_bytes() const {
        uint32 end = 0;
        for (uint32 i = 0; i < count(); ++i) {
            end = end_of(i, end);
        }
        return end;
    }

    static uint32 word_at(const char *at) {
        uint32 word = 0;
        memcpy(&word, at, sizeof word);
        return word;
    }

private:
    const char *json_;
    uint32 head_;
};

class KeyWalk {
public:
    static constexpr uint32 most_keys = 64;
    static constexpr uint32 no_key = most_keys;

    // Whether an object is walked through rather than searched for `wanted` names.
    static bool is_worth_it(const LyingObject &object, size_t wanted) {
        return object.is_object() && object.count() <= most_keys && object.count() <= 4 * wanted + 8;
    }

    // The names asked for must outlive it.
    explicit KeyWalk(const LyingObject &object) : object_(object), data_(object.data()) {
    }

    // The number of a key, or no_key.
    uint32 find(const char *name, int size);

private:
    LyingObject object_;
    const char *data_;
    uint32 key_ = 0;
    uint32 begin_ = 0; // of that key in the data
    const char *last_ = nullptr;
    int last_size_ = 0;
};

// The values of an object by the number of their key: read in one go in the order of keys.
class ValueWalk {
public:
    ValueWalk(const LyingObject &object, uint32 key_bytes)
        : object_(object), data_(object.data()), key_bytes_(key_bytes), end_(key_bytes) {
    }

    // False, and it is not read, if the value is an array.
    bool read(uint32 key, Value &value) {
        if (key < next_) {
            next_ = 0;
            end_ = key_bytes_;
        }
        uint32 begin = end_;
        const uint32 count = object_.count();
        for (; next_ <= key; ++next_) {
            begin = end_;
            end_ = object_.end_of(count + next_, begin);
        }
        const JEntry kind = object_.entry(count + key);
        if (JBE_ISSTRING(kind)) {
            value.type = Value::Type::text;
            value.text = {data_ + begin, end_ - begin};
            return true;
        }
        return read_other(kind, begin, end_, value);
    }

private:
    bool read_other(JEntry kind, uint32 begin, uint32 end, Value &value) const;

    LyingObject object_;
    const char *data_;
    uint32 key_bytes_;
    uint32 next_ = 0; // key whose value comes next
    uint32 end_;      // of the value before it
};

} // namespace leadscore
