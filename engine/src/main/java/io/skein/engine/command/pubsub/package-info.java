/// Publishing to channels and subscribing to them.
@NullMarked
package io.skein.engine.command.pubsub;

import org.jspecify.annotations.NullMarked;
