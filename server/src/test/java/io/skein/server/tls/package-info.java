@NullMarked
package io.skein.server.tls;

import org.jspecify.annotations.NullMarked;
