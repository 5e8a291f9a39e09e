/// Commands on keys of any type: deleting, expiring, renaming, walking, dumping.
@NullMarked
package io.skein.engine.command.generic;

import org.jspecify.annotations.NullMarked;
