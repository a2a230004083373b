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

int64 KeyWalk::find(const char *name, int size) {
    if (last_ != nullptr && key_order(last_, last_size_, name, size) > 0) {
        key_ = 0;
        begin_ = 0;
    }
    last_ = name;
    last_size_ = size;
    while (key_ < count_) {
        const JEntry entry = object_->children[key_];
        const uint32 end = JBE_HAS_OFF(entry) ? JBE_OFFLENFLD(entry) : begin_ + JBE_OFFLENFLD(entry);
        const int order = key_order(data_ + begin_, static_cast<int>(end - begin_), name, size);
        if (order >= 0) {
            return order == 0 ? static_cast<int64>(key_) : -1;
        }
        ++key_;
        begin_ = end;
    }
    return -1;
}

JsonbValue KeyWalk::value_of(uint32 key) const {
    const auto index = static_cast<int>(count_ + key); // values stand behind all keys
    const JEntry entry = object_->children[index];
    const uint32 offset = getJsonbOffset(object_, index);
    JsonbValue value;
    if (JBE_ISSTRING(entry)) {
        value.type = jbvString;
        value.val.string.val = data_ + offset;
        value.val.string.len = static_cast<int>(getJsonbLength(object_, index));
    } else if (JBE_ISNUMERIC(entry)) {
        value.type = jbvNumeric;
        value.val.numeric = reinterpret_cast<Numeric>(data_ + INTALIGN(offset));
    } else if (JBE_ISBOOL(entry)) {
        value.type = jbvBool;
        value.val.boolean = JBE_ISBOOL_TRUE(entry);
    } else if (JBE_ISCONTAINER(entry)) {
        value.type = jbvBinary;
        value.val.binary.data = reinterpret_cast<JsonbContainer *>(data_ + INTALIGN(offset));
        value.val.binary.len = static_cast<int>(getJsonbLength(object_, index) - (INTALIGN(offset) - offset));
    } else {
        value.type = jbvNull;
    }
    return value;
}

} // namespace leadscore
