/// What one node believes about its cluster: settings, nodes, slots and epochs, and their file.
@NullMarked
package io.skein.engine.cluster.state;

import org.jspecify.annotations.NullMarked;
