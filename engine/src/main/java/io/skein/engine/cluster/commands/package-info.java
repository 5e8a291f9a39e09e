/// The CLUSTER commands.
@NullMarked
package io.skein.engine.cluster.commands;

import org.jspecify.annotations.NullMarked;
