@NullMarked
package io.skein.engine.command;

import org.jspecify.annotations.NullMarked;
