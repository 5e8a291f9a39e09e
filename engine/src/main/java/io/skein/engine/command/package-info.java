/// What a command is: its declaration, its arguments, the table of all commands, the call in
/// progress.
@NullMarked
package io.skein.engine.command;

import org.jspecify.annotations.NullMarked;
