@NullMarked
package io.skein.engine.command.geo;

import org.jspecify.annotations.NullMarked;
