/// What operators and tools ask of a node: INFO, CONFIG, COMMAND, FLUSHALL and their kin.
@NullMarked
package io.skein.engine.command.server;

import org.jspecify.annotations.NullMarked;
