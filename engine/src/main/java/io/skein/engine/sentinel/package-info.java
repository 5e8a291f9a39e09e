/// The control plane of a Sentinel: it watches primaries, their replicas and other Sentinels,
/// agrees with those on what has failed, and puts a replica in a failed primary's place.
@NullMarked
package io.skein.engine.sentinel;

import org.jspecify.annotations.NullMarked;
