/// The RDB format, both ways, without files: an encoder that fills chunks, a decoder that is fed
/// them, and DUMP payloads.
@NullMarked
package io.skein.engine.rdb;

import org.jspecify.annotations.NullMarked;
