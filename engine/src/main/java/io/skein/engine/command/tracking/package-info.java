/// Client-side caching: who may hold which keys, and telling them when these change.
@NullMarked
package io.skein.engine.command.tracking;

import org.jspecify.annotations.NullMarked;
