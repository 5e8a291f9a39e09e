@NullMarked
package io.skein.engine.command.hash;

import org.jspecify.annotations.NullMarked;
