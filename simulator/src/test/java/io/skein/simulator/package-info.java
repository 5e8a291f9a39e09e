@NullMarked
package io.skein.simulator;

import org.jspecify.annotations.NullMarked;
