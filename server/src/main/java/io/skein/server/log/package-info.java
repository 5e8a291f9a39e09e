/// The server's log.
@NullMarked
package io.skein.server.log;

import org.jspecify.annotations.NullMarked;
