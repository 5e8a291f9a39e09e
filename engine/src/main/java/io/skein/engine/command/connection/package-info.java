/// What a client says about its connection: PING, HELLO, AUTH, SELECT, CLIENT and their kin.
@NullMarked
package io.skein.engine.command.connection;

import org.jspecify.annotations.NullMarked;
