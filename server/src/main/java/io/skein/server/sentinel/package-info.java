/// The shell of a Sentinel: its thread, its connections, its configuration file and its scripts.
@NullMarked
package io.skein.server.sentinel;

import org.jspecify.annotations.NullMarked;
