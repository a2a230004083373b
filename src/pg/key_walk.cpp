// The keys of a jsonb object. The layout is that of the server's jsonb.h, which pg_upgrade keeps.
#include "key_walk.hpp"

#include "datum_value.hpp"

namespace leadscore {

namespace {

// The name as a key; else, the longest first key that leads to something.
bool find_in_object(JsonbContainer *object, const char *name, int size, JsonbValue *found) {
    if (!JsonContainerIsObject(object)) {
        return false;
    }
    if (getKeyJsonValueFromContainer(object, name, size, found) != nullptr) {
        return true;
    }
    for (int dot = size - 1; dot > 0; --dot) {
        if (name[dot] != '.' || getKeyJsonValueFromContainer(object, name, dot, found) == nullptr) {
            continue;
        }
        if (found->type == jbvBinary && find_in_object(found->val.binary.data, name + dot + 1, size - dot - 1, found)) {
            return true;
        }
    }
    return false;
}

} // namespace

Value find_value(JsonbContainer *object, const char *name, int size) {
    JsonbValue found;
    return find_in_object(object, name, size, &found) ? read_jsonb_value(&found) : Value();
}

bool KeyWalk::is_worth_it(const char *json, size_t wanted) {
    const uint32 head = word_at(json);
    const uint32 count = head & JB_CMASK;
    return (head & JB_FOBJECT) != 0 && count <= most_keys && count <= 4 * wanted + 8;
}

KeyWalk::KeyWalk(const char *json) : json_(json), count_(word_at(json) & JB_CMASK) {
    data_ = json + sizeof(uint32) * (1 + 2 * static_cast<size_t>(count_));
    uint32 end = 0;
    for (uint32 i = 0; i < 2 * count_; ++i) {
        const JEntry each = entry(i);
        end = JBE_OFFLENFLD(each) + (JBE_HAS_OFF(each) ? 0 : end);
        ends_[i] = end;
    }
}

KeyWalk::Found KeyWalk::find(const char *name, int size, Value &value) {
    if (last_ != nullptr && key_order(last_, last_size_, name, size) > 0) {
        key_ = 0;
    }
    last_ = name;
    last_size_ = size;
    for (; key_ < count_; ++key_) {
        const uint32 begin = begin_of(key_);
        const int order = key_order(data_ + begin, static_cast<int>(ends_[key_] - begin), name, size);
        if (order >= 0) {
            return order == 0 ? read(key_, value) : Found::nothing;
        }
    }
    return Found::nothing;
}

// Numbers and containers start at a multiple of four bytes behind the start of the data.
KeyWalk::Found KeyWalk::read(uint32 key, Value &value) const {
    const uint32 index = count_ + key; // values stand behind all keys
    const JEntry kind = entry(index);
    const uint32 begin = begin_of(index);
    const uint32 aligned = INTALIGN(begin);
    if (JBE_ISSTRING(kind)) {
        value.type = Value::Type::text;
        value.text = {data_ + begin, ends_[index] - begin};
    } else if (JBE_ISNUMERIC(kind)) {
        read_numeric_bytes(data_ + aligned + VARHDRSZ, ends_[index] - aligned - VARHDRSZ, value);
    } else if (JBE_ISBOOL(kind)) {
        value.type = Value::Type::boolean;
        value.boolean = JBE_ISBOOL_TRUE(kind);
    } else if (!JBE_ISCONTAINER(kind)) {
        value.type = Value::Type::null;
    } else if ((word_at(data_ + aligned) & JB_FARRAY) != 0) {
        return Found::array;
    } else {
        value.type = Value::Type::other;
    }
    return Found::read;
}

} // namespace leadscore
