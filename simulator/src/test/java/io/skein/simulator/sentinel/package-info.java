@org.jspecify.annotations.NullMarked
package io.skein.simulator.sentinel;
