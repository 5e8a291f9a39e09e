/// Real nodes and clusters inside a test: started in this JVM in a moment, with faults on demand.
///
/// [SkeinNode] is one node, [SkeinCluster] several that form a cluster, [SkeinTest] hands them to
/// JUnit tests as parameters.
@NullMarked
package io.skein.testkit;

import org.jspecify.annotations.NullMarked;
