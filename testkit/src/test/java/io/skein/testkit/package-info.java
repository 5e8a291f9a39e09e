/// Tests of the testkit itself.
@NullMarked
package io.skein.testkit;

import org.jspecify.annotations.NullMarked;
