/// Data structures over native memory, with nothing of the protocol in them: the slab arena, the
/// entry layout and the hash table ordered by hash.
@NullMarked
package io.skein.engine.structure;

import org.jspecify.annotations.NullMarked;
