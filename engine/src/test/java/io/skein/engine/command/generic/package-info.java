@NullMarked
package io.skein.engine.command.generic;

import org.jspecify.annotations.NullMarked;
