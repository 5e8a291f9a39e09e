@NullMarked
package io.skein.server.interop;

import org.jspecify.annotations.NullMarked;
