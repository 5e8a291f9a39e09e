@NullMarked
package io.skein.engine.acl;

import org.jspecify.annotations.NullMarked;
