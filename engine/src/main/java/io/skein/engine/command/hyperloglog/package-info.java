/// HyperLogLog: how many different elements there were, in at most 12 KiB. The bytes are Redis's.
@NullMarked
package io.skein.engine.command.hyperloglog;

import org.jspecify.annotations.NullMarked;
