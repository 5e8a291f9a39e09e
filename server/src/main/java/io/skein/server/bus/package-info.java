/// The control plane: the cluster bus and the thread that drives the cluster's machine.
@NullMarked
package io.skein.server.bus;

import org.jspecify.annotations.NullMarked;
