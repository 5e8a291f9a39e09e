/// Replication: the machine of a primary that feeds replicas and the machine of a replica that
/// follows.
@NullMarked
package io.skein.engine.replication;

import org.jspecify.annotations.NullMarked;
