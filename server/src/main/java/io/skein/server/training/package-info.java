/// The run from which the JVM's ahead-of-time cache is made; the launcher's build starts it.
@NullMarked
package io.skein.server.training;

import org.jspecify.annotations.NullMarked;
