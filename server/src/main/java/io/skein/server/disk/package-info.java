/// The files of a node, written on a thread of their own.
@NullMarked
package io.skein.server.disk;

import org.jspecify.annotations.NullMarked;
