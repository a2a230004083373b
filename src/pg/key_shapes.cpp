// Objects with the same keys as one before.
#include "key_shapes.hpp"

namespace leadscore {

// Where keys differ from each object to the next, learning each time would be in vain.
KeyShape *learn_shape(KeyShapes *shapes, KeyShape **place, const LyingObject &object) {
    constexpr uint32 learnt_at_once = 64;
    constexpr uint32 one_in = 8;
    const uint32 key_bytes = object.key_bytes();
    if (key_bytes > KeyShape::most_key_bytes || shapes->fields > KeyShapes::most_fields) {
        return nullptr;
    }
    ++shapes->misses;
    if (shapes->misses > learnt_at_once && shapes->misses % one_in != 0) {
        return nullptr;
    }
    if (*place == nullptr) {
        *place = static_cast<KeyShape *>(MemoryContextAlloc(shapes->context, offsetof(KeyShape, places) + shapes->fields));
    }
    KeyShape *shape = *place;
    shape->key_bytes = key_bytes;
    memcpy(shape->entries, object.key_entries(), object.key_entries_size());
    memcpy(shape->keys, object.data(), key_bytes);
    memset(shape->places, 0, shapes->fields);
    return shape;
}

} // namespace leadscore
