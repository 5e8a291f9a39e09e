/// Lists: both ends, ranges, single elements, moves from list to list, and waiting for an element.
@NullMarked
package io.skein.engine.command.list;

import org.jspecify.annotations.NullMarked;
