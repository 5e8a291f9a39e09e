/// Real clients, real tools and real Redis against us, and real faults of real processes.
@NullMarked
package io.skein.testkit.interop;

import org.jspecify.annotations.NullMarked;
