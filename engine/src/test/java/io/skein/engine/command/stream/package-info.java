@NullMarked
package io.skein.engine.command.stream;

import org.jspecify.annotations.NullMarked;
