/// Bitmaps: strings whose bits are read, written, counted and combined.
@NullMarked
package io.skein.engine.command.bitmap;

import org.jspecify.annotations.NullMarked;
