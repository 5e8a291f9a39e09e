@NullMarked
package io.skein.benchmarks;

import org.jspecify.annotations.NullMarked;
