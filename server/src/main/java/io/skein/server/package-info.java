@NullMarked
package io.skein.server;

import org.jspecify.annotations.NullMarked;
