@NullMarked
package io.skein.server.check;

import org.jspecify.annotations.NullMarked;
