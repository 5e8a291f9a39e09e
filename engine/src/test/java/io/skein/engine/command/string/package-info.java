@NullMarked
package io.skein.engine.command.string;

import org.jspecify.annotations.NullMarked;
