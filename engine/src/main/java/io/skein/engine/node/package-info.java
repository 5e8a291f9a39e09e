/// One whole server: sessions, the gates a command passes, cron; the only facade that a shell
/// drives.
@NullMarked
package io.skein.engine.node;

import org.jspecify.annotations.NullMarked;
