/// The tools that check data files, and repair what can be repaired: `./skein check-rdb` and
/// `./skein check-aof`.
@NullMarked
package io.skein.server.check;

import org.jspecify.annotations.NullMarked;
