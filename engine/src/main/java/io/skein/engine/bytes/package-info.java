/// Binary strings, ASCII numbers, checksums, glob matching, key hashing and raw memory access.
///
/// Everything here is pure and, on the paths a command takes, allocation-free.
@NullMarked
package io.skein.engine.bytes;

import org.jspecify.annotations.NullMarked;
