/// Databases, values, expiry, eviction, watched keys, and the snapshot that needs no fork.
@NullMarked
package io.skein.engine.keyspace;

import org.jspecify.annotations.NullMarked;
