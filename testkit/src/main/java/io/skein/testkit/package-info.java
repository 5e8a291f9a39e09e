@NullMarked
package io.skein.testkit;

import org.jspecify.annotations.NullMarked;
