@NullMarked
package io.skein.engine.command.transaction;

import org.jspecify.annotations.NullMarked;
