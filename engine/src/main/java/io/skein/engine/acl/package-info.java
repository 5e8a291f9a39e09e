/// Users, the rules that say what each may do, and the log of what was refused.
///
/// Names, patterns and rules are raw text here: one `char` per byte, since they may hold any bytes.
@NullMarked
package io.skein.engine.acl;

import org.jspecify.annotations.NullMarked;
