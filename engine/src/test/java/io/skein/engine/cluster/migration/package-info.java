/// Tests of the decisions of slot migration.
@NullMarked
package io.skein.engine.cluster.migration;

import org.jspecify.annotations.NullMarked;
