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

uint32 KeyWalk::find(const char *name, int size) {
    if (last_ != nullptr && key_order(last_, last_size_, name, size) > 0) {
        key_ = 0;
        begin_ = 0;
    }
    last_ = name;
    last_size_ = size;
    while (key_ < object_.count()) {
        const uint32 end = object_.end_of(key_, begin_);
        const int order = key_order(data_ + begin_, static_cast<int>(end - begin_), name, size);
        if (order >= 0) {
            return order == 0 ? key_ : no_key;
        }
        ++key_;
        begin_ = end;
    }
    return no_key;
}

// Numbers and containers start at a multiple of four bytes behind the start of the data.
bool ValueWalk::read_other(JEntry kind, uint32 begin, uint32 end, Value &value) const {
    const uint32 aligned = INTALIGN(begin);
    if (JBE_ISNUMERIC(kind)) {
        read_numeric_bytes(data_ + aligned + VARHDRSZ, end - aligned - VARHDRSZ, value);
    } else if (JBE_ISBOOL(kind)) {
        value.type = Value::Type::boolean;
        value.boolean = JBE_ISBOOL_TRUE(kind);
    } else if (!JBE_ISCONTAINER(kind)) {
        value.type = Value::Type::null;
    } else if ((LyingObject::word_at(data_ + aligned) & JB_FARRAY) != 0) {
        return false;
    } else {
        value.type = Value::Type::other;
    }
    return true;
}

} // namespace leadscore
