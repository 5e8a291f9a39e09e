@NullMarked
package io.skein.engine.keyspace;

import org.jspecify.annotations.NullMarked;
