/// What every protocol core shares: the shape of a deterministic machine and the check of its
/// invariants.
@NullMarked
package io.skein.engine.machine;

import org.jspecify.annotations.NullMarked;
