/// The commands of a Sentinel: SENTINEL, and those that mean something else there than on a server.
@NullMarked
package io.skein.engine.sentinel.commands;

import org.jspecify.annotations.NullMarked;
