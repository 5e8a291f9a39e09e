/// Data structures over native memory, with nothing of the protocol in them: the slab arena, the
/// entry layout, the hash table ordered by hash, the tree of records that knows their ranks.
@NullMarked
package io.skein.engine.structure;

import org.jspecify.annotations.NullMarked;
