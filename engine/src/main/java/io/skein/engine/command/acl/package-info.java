/// ACL: users and their rules, and what was refused to them.
@NullMarked
package io.skein.engine.command.acl;

import org.jspecify.annotations.NullMarked;
