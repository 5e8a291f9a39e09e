/// Transactions: MULTI, EXEC and the watching of keys.
@NullMarked
package io.skein.engine.command.transaction;

import org.jspecify.annotations.NullMarked;
