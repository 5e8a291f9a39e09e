/// Connections, event loops and the data plane that runs on them.
@NullMarked
package io.skein.server.net;

import org.jspecify.annotations.NullMarked;
